// npm start: installs what is missing, builds, opens the application. Plain JavaScript for Node 20, no dependency.
import { ensureBuilt } from './set-up/built.mjs';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { hasDisplay } from './set-up/display.mjs';
import { findElectron } from './set-up/electron.mjs';
import { ensureNode } from './set-up/node24.mjs';
import { ROOT, STAND_IN, SetUpError, say } from './set-up/paths.mjs';
import { run } from './set-up/run.mjs';
import { ensurePackages } from './set-up/system-packages.mjs';

const USAGE = `npm start [-- options]
  --probe              look for Electron's binary again, even when an earlier look found none
  --loopback           no window: print a link to the staff interface, for a browser on this computer
  --no-demonstration   do not open the demonstration school
  --pupil-mode         a pupil's computer instead: finds the teacher's, and shows the class (docs/pupil-mode.md)
PREAU_DATA names the data folder.`;

async function start(args) {
  if (args.includes('--help')) return say(USAGE);
  const node = await ensureNode();
  await ensureDependencies();
  const display = hasDisplay() && !args.includes('--loopback');
  const electron = await findElectron(node, { probe: args.includes('--probe') });
  const standIn = !electron || !display;
  if (!electron)
    say("Electron's binary cannot be had here: opening on the Electron stand-in (docs/stand-in.md).");
  if (process.platform === 'linux') {
    await ensurePackages(standIn && display ? ['chromium', 'fonts-dejavu-core'] : [], ['udev', 'adb']);
  }
  await ensureBuilt(node);
  if (!hasDisplay() && !args.includes('--pupil-mode'))
    say('No display: open the link below in a browser on this computer.');
  const appArgs = [
    ROOT,
    ...(display ? [] : ['--loopback']),
    ...args.filter((arg) => !['--probe', '--loopback'].includes(arg)),
  ];
  const env = { PREAU_NODE: node, NODE_ENV: 'production' };
  const { code } = standIn
    ? await run(node, [`${STAND_IN}/boot.mjs`, ...appArgs], { env })
    : await run(electron, appArgs, { env });
  process.exitCode = code;
}

start(process.argv.slice(2)).catch((error) => {
  say(error instanceof SetUpError ? error.message : error.stack);
  process.exitCode = 1;
});
