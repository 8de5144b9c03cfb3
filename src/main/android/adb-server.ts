import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { PreauError } from '../../domain/errors';
import { findAdb } from './find-adb';

/** A running adb server this process may speak to. */
export interface AdbServer {
  readonly port: number;
  /** False for a server somebody else runs: it is never stopped. */
  readonly owned: boolean;
  /** Resolves when an owned server ends, by itself or by `dispose`. We never know it of somebody else's. */
  readonly ended: Promise<void>;
  /** Stops an owned server and waits for its end. Safe to call twice. */
  dispose(): Promise<void>;
}

export interface AdbServerOptions {
  /** `ANDROID_ADB_SERVER_PORT` names a server that runs already, as for adb's own command line. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A server that does not listen after this long will not. Loading a key on an old machine takes 2 s. */
export const SERVER_START_LIMIT_MS = 10_000;
/** Between two knocks on the door of a server that is starting. */
const KNOCK_EVERY_MS = 25;
/** Another program may take the port between our choice and adb's bind. */
const PORT_TRIES = 5;

/**
 * A child that outlives a SIGKILL of its parent would keep the tablets' USB for itself. On Unix the shell becomes adb
 * (`exec`), leaving behind a reader of a pipe that only we hold: its end of file means that we are gone. On Windows libuv
 * puts children in a job that ends with the parent.
 */
const GUARD =
  'exec 4<&0; ( read _ <&4 || kill -TERM $$ ) >/dev/null 2>&1 & exec "$0" "$@" 4<&- </dev/null >/dev/null 2>&1';

function launch(program: string, port: number, env: NodeJS.ProcessEnv): ChildProcess {
  const args = ['-P', String(port), 'server', 'nodaemon'];
  // With ANDROID_ADB_SERVER_PORT or ADB_SERVER_SOCKET in its environment adb would not take ours.
  const rest = { ...env };
  delete rest['ANDROID_ADB_SERVER_PORT'];
  delete rest['ADB_SERVER_SOCKET'];
  if (process.platform === 'win32')
    return spawn(program, args, { env: rest, stdio: 'ignore', windowsHide: true });
  return spawn('/bin/sh', ['-c', GUARD, program, ...args], {
    env: rest,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** True when something accepts connections on that loopback port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const answer = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

class OwnServer implements AdbServer {
  readonly owned = true;
  readonly ended: Promise<void>;
  #over = false;

  constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {
    // The reader of the guard may be gone first: nothing to tell it then.
    child.stdin?.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#over = true;
        // A line tells the guard that there is nothing left to stop; only an end of file means "stop it".
        child.stdin?.end('over\n');
        resolve();
      };
      child.once('exit', end);
      child.once('error', end);
    });
  }

  get over(): boolean {
    return this.#over;
  }

  async dispose(): Promise<void> {
    if (!this.#over) this.child.kill('SIGTERM');
    await this.ended;
  }
}

/** @returns true when the server listens, false when it ended or never did */
async function listens(server: OwnServer): Promise<boolean> {
  const deadline = Date.now() + SERVER_START_LIMIT_MS;
  while (!server.over && Date.now() < deadline) {
    if (await isListening(server.port)) return !server.over;
    await pause(KNOCK_EVERY_MS);
  }
  return false;
}

function namedPort(env: NodeJS.ProcessEnv): number | undefined {
  const port = Number(env['ANDROID_ADB_SERVER_PORT'] ?? NaN);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/**
 * Joins the server that `ANDROID_ADB_SERVER_PORT` names, or starts one of our own on an ephemeral loopback port. The user's
 * server on 5037 is never stopped, restarted or asked to change.
 * @throws PreauError `ADB_MISSING`: the platform-tools are not installed, or adb does not start (`reason`)
 */
export async function openAdbServer(options: AdbServerOptions = {}): Promise<AdbServer> {
  const env = options.env ?? process.env;
  const named = namedPort(env);
  if (named !== undefined) {
    const never = new Promise<void>(() => undefined);
    return { port: named, owned: false, ended: never, dispose: () => Promise.resolve() };
  }
  const program = await findAdb(env);
  if (program === undefined) throw new PreauError('ADB_MISSING', { reason: 'notInstalled' });
  for (let tries = 0; tries < PORT_TRIES; tries += 1) {
    const port = await freePort();
    const server = new OwnServer(port, launch(program, port, env));
    if (await listens(server)) return server;
    await server.dispose();
  }
  throw new PreauError('ADB_MISSING', { reason: 'doesNotStart' });
}
