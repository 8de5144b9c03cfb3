import { dataFolder } from './desktop/data-folder';
import { Desktop } from './desktop/desktop';
import { hostProcess } from './desktop/host-process';
import { keychain } from './desktop/keychain';
import { permissions } from './desktop/permissions';
import { power } from './desktop/power';
import { classroomPage } from './desktop/pupil-mode/classroom-page';
import { isPupilMode, pupilFolder } from './desktop/pupil-mode/flag';
import { localPage, registerLocalScheme } from './desktop/pupil-mode/local-page';
import { memory } from './desktop/pupil-mode/memory';
import { pupilWindow } from './desktop/pupil-mode/pupil-window';
import { pupilSecurity, pupilSession } from './desktop/pupil-mode/rules';
import { ready } from './desktop/ready';
import { securityRules } from './desktop/security-rules';
import { singleInstance } from './desktop/single-instance';
import { staffBridge } from './desktop/staff-bridge';
import { registerStaffScheme, staffScheme } from './desktop/staff-scheme';
import { loopbackLink, staffWindow } from './desktop/staff-window';
import { stopFailing } from './desktop/stop-failing';
import { watchmanInstead } from './desktop/watchman';

/** The desktop application, in the order in which it starts. What must precede Electron's `ready` stands before it. */
function teachersComputer() {
  const desktop = Desktop.begin()
    .init(watchmanInstead())
    .init(dataFolder())
    .init(singleInstance())
    .init(securityRules())
    .init(registerStaffScheme())
    .init(ready())
    .init(permissions())
    .init(keychain())
    .init(hostProcess())
    .init(power())
    .init(staffScheme())
    .init(staffBridge());
  const loopback = process.argv.includes('--loopback');
  return desktop.init(loopback ? loopbackLink() : staffWindow());
}

/** A pupil's computer (docs/pupil-mode.md): no host, no school. */
function pupilsComputer() {
  return Desktop.begin()
    .init(pupilFolder())
    .init(singleInstance())
    .init(pupilSecurity())
    .init(registerLocalScheme())
    .init(ready())
    .init(memory())
    .init(pupilSession())
    .init(localPage())
    .init(pupilWindow())
    .init(classroomPage());
}

(isPupilMode() ? pupilsComputer() : teachersComputer()).onFailure(stopFailing);
