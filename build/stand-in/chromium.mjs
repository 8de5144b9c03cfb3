// Debian's Chromium, started once, when the first window is asked for.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DevTools } from './cdp.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

// On a closed network, Chromium's own services are refused many times a second and slow every test.
const QUIET = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-breakpad',
  '--password-store=basic',
  '--no-proxy-server',
  '--lang=fr-FR',
  '--accept-lang=fr-FR',
  // A page that asks for its own picture gets it (display-media.mjs); every other is asked as ever.
  '--auto-accept-this-tab-capture',
  // No bar of the browser's own above the application: about our flags.
  '--test-type',
];

// An application is not offered in translation.
const PREFERENCES = { translate: { enabled: false }, intl: { accept_languages: 'fr-FR,fr' } };

export function findChromium() {
  const named = process.env.PREAU_CHROMIUM;
  const found = [named, ...PLACES].find((place) => place && existsSync(place));
  if (!found)
    throw new Error(
      'The Electron stand-in needs Chromium: apt-get install chromium, or name it in PREAU_CHROMIUM',
    );
  return found;
}

export function hasDisplay(env = process.env) {
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/**
 * @param {{ dataFolder: string, switches: Map<string, string>, debuggingPort?: string, resolverRules: string[], appUrl: string }} options
 */
export function launchChromium({ dataFolder, switches, debuggingPort, resolverRules, appUrl }) {
  const profile = freshProfile(join(dataFolder, 'stand-in'));
  const headed = hasDisplay();
  const args = [
    ...QUIET,
    ...switchArguments(switches, resolverRules),
    // As root, Chromium refuses to start with its sandbox; for anybody else the sandbox stays.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...(headed
      ? [`--app=${appUrl}`, '--window-size=1366,768']
      : // The most common screen of schools: what full screen is measured by.
        ['--headless', '--disable-gpu', '--no-startup-window', '--screen-info={1366x768}']),
    `--user-data-dir=${profile}`,
    '--remote-debugging-pipe',
    ...(debuggingPort === undefined ? [] : [`--remote-debugging-port=${debuggingPort}`]),
  ];
  const child = spawn(findChromium(), args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  if (debuggingPort === undefined) child.stderr.resume();
  else announceDebugger(child.stderr);
  const devTools = new DevTools(child.stdio[3], child.stdio[4]);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const removeProfile = () => rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  process.on('exit', () => {
    child.kill('SIGKILL');
    try {
      removeProfile();
    } catch {
      // A renderer may still be writing; the next start removes what is left.
    }
  });
  return { devTools, child, exited, headed };
}

// Playwright waits for this very line on our standard error.
function announceDebugger(stderr) {
  let text = '';
  stderr.setEncoding('utf8');
  stderr.on('data', (chunk) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines)
      if (line.startsWith('DevTools listening on ')) process.stderr.write(`${line}\n`);
  });
}

function switchArguments(switches, resolverRules) {
  const rules = [
    ...resolverRules,
    ...(switches.has('host-resolver-rules') ? [switches.get('host-resolver-rules')] : []),
  ];
  const ours = ['host-resolver-rules', 'no-sandbox'];
  const passed = [...switches].filter(([name]) => !ours.includes(name));
  return [
    `--host-resolver-rules=${rules.join(',')}`,
    ...passed.map(([name, value]) => (value ? `--${name}=${value}` : `--${name}`)),
  ];
}

/** A new profile for each run; those that a killed run left behind go first (their name holds its process id). */
function freshProfile(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    if (isAlive(Number(name.split('-')[1]))) continue;
    rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  }
  const profile = mkdtempSync(join(folder, `profile-${process.pid}-`));
  mkdirSync(join(profile, 'Default'));
  // Electron keeps no journal of its pages. Chromium's, with what was typed in their forms, finds its folder's name taken.
  writeFileSync(join(profile, 'Default', 'Sessions'), '');
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(PREFERENCES));
  return profile;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
