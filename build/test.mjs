// npm test: its own set-up, then every check; the last lines are what failed, and the sum.
//   npm test                     everything
//   npm test -- unit cart        the unit tests whose path contains « cart »
//   npm test -- lint types       two steps
import { ensureDependencies } from './set-up/dependencies.mjs';
import { hasDisplay } from './set-up/display.mjs';
import { findElectron } from './set-up/electron.mjs';
import { ensureNode } from './set-up/node24.mjs';
import { STAND_IN, SetUpError, say } from './set-up/paths.mjs';
import { ensurePackages } from './set-up/system-packages.mjs';
import { lastWords } from './test/outcome.mjs';
import { runStep, steps } from './test/steps.mjs';

async function setUp() {
  const node = await ensureNode();
  await ensureDependencies();
  if (process.platform === 'linux') {
    await ensurePackages(
      ['chromium', 'fonts-dejavu-core', 'libnss3-tools'],
      [
        ...[
          'udev',
          'socat',
          'snmpd',
          'snmpsim',
          'iproute2',
          'tcpdump',
          'adb',
          'veyon-service',
          'veyon-plugins',
          'libqca-qt5-2-plugins',
        ],
        ...[
          'tigervnc-standalone-server',
          'tigervnc-tools',
          'x11vnc',
          'xterm',
          'imagemagick',
          'python3-dbusmock',
        ],
        ...['libglib2.0-bin', 'firefox-esr'],
      ],
    );
  }
  const useElectron = hasDisplay() && Boolean(await findElectron(node));
  say(`End-to-end tests run on ${useElectron ? 'Electron' : 'the Electron stand-in (docs/stand-in.md)'}`);
  return {
    node,
    env: { PREAU_NODE: node, ...(useElectron ? {} : { ELECTRON_OVERRIDE_DIST_PATH: STAND_IN }) },
  };
}

async function test(args) {
  const names = steps.map((step) => step.name);
  const asked = args.filter((arg) => names.includes(arg));
  const filters = args.filter((arg) => !names.includes(arg));
  const begun = Date.now();
  const context = { ...(await setUp()), filters, begun };
  const total = { passed: 0, failed: 0, skipped: 0, unsteady: 0 };
  const chosen = steps.filter((step) => asked.length === 0 || asked.includes(step.name));
  const told = [];
  const count = async (step) => {
    const outcome = await runStep(step, context);
    told.push({ step: step.name, outcome });
    for (const key of ['passed', 'failed', 'skipped']) total[key] += outcome[key];
    total.unsteady += outcome.unsteady.length;
  };
  await Promise.all(chosen.filter((step) => !step.alone).map(count));
  for (const step of chosen.filter((step) => step.alone)) await count(step);
  for (const line of lastWords(told)) say(line);
  const others = ['skipped', 'unsteady']
    .filter((key) => total[key] > 0)
    .map((key) => `, ${total[key]} ${key}`);
  say(`${total.passed} passed, ${total.failed} failed${others.join('')}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

test(process.argv.slice(2)).catch((error) => {
  say(error instanceof SetUpError ? error.message : error.stack);
  say('0 passed, 1 failed');
  process.exitCode = 1;
});
