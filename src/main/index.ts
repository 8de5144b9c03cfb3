import { dataFolder } from './desktop/data-folder';
import { Desktop } from './desktop/desktop';
import { hostProcess } from './desktop/host-process';
import { keychain } from './desktop/keychain';
import { permissions } from './desktop/permissions';
import { power } from './desktop/power';
import { ready } from './desktop/ready';
import { securityRules } from './desktop/security-rules';
import { singleInstance } from './desktop/single-instance';
import { staffBridge } from './desktop/staff-bridge';
import { registerStaffScheme, staffScheme } from './desktop/staff-scheme';
import { loopbackLink, staffWindow } from './desktop/staff-window';
import { stopFailing } from './desktop/stop-failing';
import { watchmanInstead } from './desktop/watchman';

/** The desktop application, in the order in which it starts. What must precede Electron's `ready` stands before it. */
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
desktop.init(loopback ? loopbackLink() : staffWindow()).onFailure(stopFailing);
