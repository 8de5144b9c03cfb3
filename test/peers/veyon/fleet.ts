import { execFile, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { createPack, freePorts } from '../processes/pack';
import { inNamespace, startScreen } from '../rfb/screen';
import { startLogind, until, type Logind } from './logind';

/** One real PC with Veyon: its own screen, its own veyon-server. */
export interface VeyonPeer {
  readonly address: string;
  readonly port: number;
  /** Its X screen: start programs on it, grab it. */
  readonly display: string;
  /** The screen's own RFB server, on the same address, beside Veyon's. */
  readonly rfbPort: number;
  /** Addresses of web pages it was told to open, so far. */
  opened(): string[];
  /** Everything of that PC stands still (SIGSTOP): it answers nothing and refuses nothing. */
  freeze(): void;
  thaw(): void;
  /** veyon-server alone ends, as when the PC is switched off. */
  kill(): void;
  /** After `kill`: it is there again, at the same place. */
  restart(): Promise<void>;
}

export interface VeyonFleet {
  readonly peers: readonly VeyonPeer[];
  /** Name of the school's key, as « veyon-cli authkeys » calls it. */
  readonly keyName: string;
  /** PEM, PKCS #8: what the technician exports. */
  readonly privateKey: string;
  /** Folder whose `private/<name>/key` and `public/<name>/key` hold it. */
  readonly keyFolder: string;
  readonly logind: Logind;
  /** A program on a peer's screen (xterm, xeyes…); it ends with the fleet. */
  show(peer: VeyonPeer, argv: readonly string[]): void;
  /** Ends every process and removes the folder. */
  stop(): Promise<void>;
}

export interface FleetOptions {
  readonly geometry?: string;
  /** Network namespace of a PC and its address in it, port 11100; without it all are on loopback, each on its ports. */
  readonly place?: (index: number) => { readonly namespace: string; readonly address: string };
  /** What is on a screen; a terminal with the PC's name unless told, nothing where it is empty. */
  readonly content?: (index: number) => readonly string[];
}

/** Programs a fleet is made of; where one is missing, tests that need it are skipped. */
const PROGRAMS = ['veyon-server', 'veyon-cli', 'Xvnc', 'xterm', 'dbus-daemon', 'gdbus', 'unshare'];
const has = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
export const veyonIsHere =
  process.getuid?.() === 0 &&
  PROGRAMS.every(has) &&
  existsSync('/usr/lib/python3/dist-packages/dbusmock/templates/logind.py');

const KEY = 'ecole';
const run = promisify(execFile);

/**
 * `count` real `veyon-server`s, one school key. Needs root (a mount namespace each, for each its own /etc/xdg) and Debian's
 * veyon-service, veyon-plugins, libqca-qt5-2-plugins, x11vnc, tigervnc-standalone-server, xterm, python3-dbusmock.
 * About 80 MiB of memory a PC. Everything ends with `stop`, and when the process that started it is killed.
 */
export async function startVeyonFleet(count: number, options: FleetOptions = {}): Promise<VeyonFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'veyon-fleet-'));
  const pack = createPack();
  const keys = join(folder, 'keys');
  async function stop(): Promise<void> {
    await pack.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  try {
    const common = join(folder, 'bin');
    mkdirSync(common);
    writeFileSync(join(common, 'xdg-open'), XDG_OPEN, { mode: 0o755 });
    const [logind] = await Promise.all([startLogind(pack, folder), makeKeys(folder, keys)]);
    const ports = await freePorts(count * 5);
    const peers = await Promise.all(
      Array.from({ length: count }, async (_, index): Promise<VeyonPeer> => {
        const at = options.place?.(index);
        const own = ports.slice(index * 5, index * 5 + 5);
        const [server = 0, vnc = 0, workers = 0, demo = 0, rfbPort = 0] = at
          ? [11100, 11200, 11300, 11400, 5900]
          : own;
        const home = join(folder, `pc-${index + 1}`);
        writeConfig(home, { server, vnc, workers, demo }, keys);
        const address = at?.address ?? '127.0.0.1';
        const name = `poste-${index + 1}`;
        const { display } = await startScreen(pack, { ...options, rfbPort, name, namespace: at?.namespace });
        const content = options.content?.(index) ?? ['xterm', '-T', name, '-e', `echo ${name}; exec cat`];
        if (content.length > 0) pack.start(content, { DISPLAY: display }).stdout?.resume();
        const opened = join(home, 'opened');
        const env = {
          DISPLAY: display,
          HOME: home,
          TMPDIR: join(home, 'tmp'),
          PATH: `${common}${delimiter}${process.env['PATH'] ?? ''}`,
          PREAU_OPENED: opened,
          DBUS_SYSTEM_BUS_ADDRESS: logind.bus,
          VEYON_SESSION_PATH: await logind.session(`c${index + 1}`),
        };
        const command = [
          ...inNamespace(at?.namespace),
          ...['unshare', '-m', 'sh', '-c', MOUNTED, 'sh', join(home, 'xdg')],
        ];
        // Veyon greets before its x11vnc does, and lets whoever comes in between wait.
        const listening = async () =>
          (await answers('127.0.0.1', vnc, at?.namespace)) && answers(address, server, at?.namespace);
        const begin = async (tries = 3): Promise<ChildProcess> => {
          const child = pack.start(command, env);
          child.stdout?.resume();
          let said = '';
          child.stderr?.on('data', (part) => (said = `${said}${String(part)}`.slice(-2_000)));
          try {
            await until(listening, 8_000);
            return child;
          } catch {
            // Seen once in a while on a loaded machine: its x11vnc ended at once, and it does not try again.
            if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
            if (tries <= 1) throw new Error(`veyon-server does not start: ${said}`);
            return begin(tries - 1);
          }
        };
        let child = await begin();
        // Each PC is one process group: unshare and sh become veyon-server, whose x11vnc and workers stay in it.
        const signal = (what: NodeJS.Signals) => child.pid !== undefined && process.kill(-child.pid, what);
        return {
          address,
          port: server,
          display,
          rfbPort,
          opened: () => (existsSync(opened) ? readFileSync(opened, 'utf8').split('\n').filter(Boolean) : []),
          freeze: () => void signal('SIGSTOP'),
          thaw: () => void signal('SIGCONT'),
          kill: () => void signal('SIGKILL'),
          async restart() {
            child = await begin();
          },
        };
      }),
    );
    return {
      peers,
      keyName: KEY,
      privateKey: readFileSync(join(keys, 'private', KEY, 'key'), 'utf8'),
      keyFolder: keys,
      logind,
      show(peer, argv) {
        const child = pack.start(argv, { DISPLAY: peer.display });
        child.stdout?.resume();
        child.stderr?.resume();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Nothing of the machine's own /etc is touched: the folder is mounted over it for this process alone. */
const MOUNTED = 'mount --bind "$1" /etc/xdg && exec veyon-server';
const XDG_OPEN = '#!/bin/sh\nprintf "%s\\n" "$1" >> "$PREAU_OPENED"\n';

async function makeKeys(folder: string, keys: string): Promise<void> {
  const home = join(folder, 'technician');
  writeConfig(home, { server: 11100, vnc: 11200, workers: 11300, demo: 11400 }, keys);
  await run(
    'unshare',
    [
      '-m',
      'sh',
      '-c',
      'mount --bind "$1" /etc/xdg && veyon-cli authkeys create "$2"',
      'sh',
      join(home, 'xdg'),
      KEY,
    ],
    { env: { ...process.env, HOME: home, QT_QPA_PLATFORM: 'offscreen' } },
  );
}

interface Ports {
  readonly server: number;
  readonly vnc: number;
  readonly workers: number;
  readonly demo: number;
}
function writeConfig(home: string, ports: Ports, keys: string): void {
  const folder = join(home, 'xdg', 'Veyon Solutions');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(home, 'tmp'));
  writeFileSync(
    join(folder, 'Veyon.conf'),
    [
      ...['[Authentication]', 'Method=1'],
      ...[`PrivateKeyBaseDir=${keys}/private`, `PublicKeyBaseDir=${keys}/public`],
      ...['[Network]', `VeyonServerPort=${ports.server}`, `VncServerPort=${ports.vnc}`],
      ...[`FeatureWorkerManagerPort=${ports.workers}`, `DemoServerPort=${ports.demo}`],
      ...['[Service]', 'HideTrayIcon=true', '[Logging]', 'LogLevel=0', ''],
    ].join('\n'),
  );
}

/** It is ready when it greets, not when it listens. */
function answers(address: string, port: number, namespace: string | undefined): Promise<boolean> {
  if (namespace !== undefined)
    return run('ip', [
      ...['netns', 'exec', namespace, 'bash', '-c'],
      `exec 3<>/dev/tcp/127.0.0.1/${port} && read -t 1 -n 3 -u 3`,
    ]).then(
      () => true,
      () => false,
    );
  return new Promise((resolve) => {
    const socket = connect(port, address);
    const say = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => say(false));
    socket.once('data', () => say(true));
    socket.once('error', () => say(false));
    socket.once('end', () => say(false));
  });
}
