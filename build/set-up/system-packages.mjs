// Debian packages: each named before it is installed, none installed by anybody but root.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetUpError, say } from './paths.mjs';
import { run } from './run.mjs';

const APT_LOCK_TIMEOUT_S = 300;

/** What is asked for, and how one sees that it is there. */
export const PACKAGES = {
  chromium: { why: 'the window of the Electron stand-in, and the pupils of the tests', program: 'chromium' },
  udev: { why: 'the list of serial ports (charging hubs)', program: 'udevadm' },
  'fonts-dejavu-core': {
    why: 'letters in Chromium',
    file: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
  },
  'libnss3-tools': { why: "trusting the school's authority in a test browser", program: 'certutil' },
  socat: { why: 'a serial line for the simulated hub', program: 'socat' },
  snmpd: { why: 'a real power strip agent', program: 'snmpd' },
  snmpsim: { why: 'other agents that answer SNMP', program: 'snmpsimd' },
  adb: { why: 'the real adb server', program: 'adb' },
  'veyon-service': { why: 'real computers with Veyon', program: 'veyon-server' },
  'veyon-plugins': { why: 'what Veyon can do', file: '/usr/share/doc/veyon-plugins' },
  'libqca-qt5-2-plugins': {
    why: 'RSA for Veyon, which does not ask for it itself',
    file: '/usr/share/doc/libqca-qt5-2-plugins',
  },
  'tigervnc-standalone-server': { why: 'their screens', program: 'Xvnc' },
  'tigervnc-tools': { why: 'a VNC password', program: 'tigervncpasswd' },
  x11vnc: { why: 'another VNC server', program: 'x11vnc' },
  xterm: { why: 'something on those screens', program: 'xterm' },
  imagemagick: { why: 'what is on them, to compare', program: 'import' },
  'python3-dbusmock': {
    why: 'sessions for Veyon where there is no systemd',
    file: '/usr/lib/python3/dist-packages/dbusmock/templates/logind.py',
  },
  'libglib2.0-bin': { why: 'to speak with it', program: 'gdbus' },
  'firefox-esr': { why: 'a pupil in Firefox', program: 'firefox-esr' },
  'qemu-system-x86': { why: 'a machine with USB and Bluetooth', program: 'qemu-system-x86_64' },
  'busybox-static': { why: 'its first program', file: '/usr/share/doc/busybox-static' },
  cpio: { why: 'its first files', program: 'cpio' },
  kmod: { why: "its kernel's modules", program: 'depmod' },
  bluez: { why: "Linux's Bluetooth", file: '/usr/libexec/bluetooth/bluetoothd' },
  'bluez-test-tools': { why: 'Bluetooth radios without a radio', program: 'btvirt' },
  iproute2: { why: 'networks of their own', program: 'ip' },
  tcpdump: { why: 'what a network carries', program: 'tcpdump' },
  dbus: { why: 'how programs speak to Bluetooth', program: 'dbus-daemon' },
};

/** @param {(keyof PACKAGES)[]} needed @param {(keyof PACKAGES)[]} [useful] skipped, with a word, where they cannot be had */
export async function ensurePackages(needed, useful = []) {
  const missing = missingPackages(needed);
  const missed = missingPackages(useful);
  if (missing.length + missed.length === 0) return;
  const all = [...missing, ...missed];
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    const command = installCommand(all);
    if (missing.length > 0)
      throw new SetUpError(`Not installed: ${missing.join(', ')}. Run this, then start again:\n  ${command}`);
    say(`Not installed (some tests will be skipped): ${missed.join(', ')}. To install: ${command}`);
    return;
  }
  for (const name of all) say(`Installing the Debian package ${name} (${PACKAGES[name].why})`);
  if ((await install(all)).code === 0) return;
  const update = await run('apt-get', [...LOCK, 'update'], APT);
  const { code, output } = await install(all);
  if (code === 0) return;
  const left = needed.filter(isMissing);
  if (left.length > 0)
    throw new SetUpError(`apt-get could not install ${left.join(', ')}:\n${update.output}${output}`);
  say(`apt-get could not install ${useful.filter(isMissing).join(', ')}: some tests will be skipped`);
}

const LOCK = ['-o', `DPkg::Lock::Timeout=${APT_LOCK_TIMEOUT_S}`];
const APT = { capture: true, env: { DEBIAN_FRONTEND: 'noninteractive' } };
const install = (names) =>
  run('apt-get', [...LOCK, 'install', '-y', '--no-install-recommends', ...names], APT);

/** @param {(keyof PACKAGES)[]} names */
export const missingPackages = (names) => names.filter(isMissing);

function isMissing(name) {
  const { program, file } = PACKAGES[name];
  if (file) return !existsSync(file);
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return !folders.some((folder) => existsSync(join(folder, program)));
}

function installCommand(names) {
  if (existsSync('/etc/debian_version')) return `sudo apt-get install -y ${names.join(' ')}`;
  if (process.platform === 'linux' && isLike('fedora')) return `sudo dnf install -y ${names.join(' ')}`;
  if (process.platform === 'darwin') return 'brew install --cask chromium';
  return `(with this system's package manager) install ${names.join(' ')}`;
}

function isLike(family) {
  try {
    return readFileSync('/etc/os-release', 'utf8').includes(family);
  } catch {
    return false;
  }
}
