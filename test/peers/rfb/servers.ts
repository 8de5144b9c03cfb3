import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createPack, freePorts } from '../processes/pack';
import { until } from '../veyon/logind';
import { startScreen } from './screen';

/** A real VNC server. */
export interface VncServer {
  readonly address: string;
  readonly port: number;
  readonly display: string;
  kill(): void;
  restart(): Promise<void>;
  freeze(): void;
  thaw(): void;
}
export interface VncServers {
  readonly peers: readonly VncServer[];
  stop(): Promise<void>;
}

const has = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
export const vncIsHere = ['Xvnc', 'x11vnc', 'xterm', 'tigervncpasswd', 'import'].every(has);

/** `Xvnc`: the server is the screen. `x11vnc`: it shows a screen that is there, and ends without it. */
export async function startVncServers(
  count: number,
  { kind, password }: { readonly kind: 'Xvnc' | 'x11vnc'; readonly password: string | undefined },
): Promise<VncServers> {
  const folder = mkdtempSync(join(tmpdir(), 'vnc-'));
  const pack = createPack();
  const stop = async (): Promise<void> => {
    await pack.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const passwordFile = password === undefined ? undefined : join(folder, 'password');
    if (passwordFile !== undefined)
      writeFileSync(passwordFile, execFileSync('tigervncpasswd', ['-f'], { input: `${password}\n` }));
    const ports = await freePorts(count * 2);
    const peers = await Promise.all(
      Array.from({ length: count }, async (_, n): Promise<VncServer> => {
        const [port = 0, inner = 0] = ports.slice(n * 2, n * 2 + 2);
        const own = kind === 'Xvnc';
        const screen = await startScreen(pack, {
          rfbPort: own ? port : inner,
          ...(own && passwordFile && { passwordFile }),
          geometry: '800x600',
          name: `écran ${n + 1}`,
        });
        const { display } = screen;
        pack.start(['xterm', '-e', `echo ecran ${n + 1}; exec cat`], { DISPLAY: display }).stdout?.resume();
        let child = screen.process;
        let ended: Promise<unknown> | undefined;
        const begin = async () => {
          if (!own) {
            child = pack.start([
              ...[
                'x11vnc',
                '-display',
                display,
                '-rfbport',
                String(port),
                '-localhost',
                '-forever',
                '-shared',
              ],
              ...(passwordFile ? ['-rfbauth', passwordFile] : ['-nopw']),
              ...['-quiet', '-nosel'],
            ]);
            child.stdout?.resume();
            child.stderr?.resume();
          } else if (ended) {
            await ended;
            const again = await startScreen(pack, {
              rfbPort: port,
              ...(passwordFile && { passwordFile }),
              geometry: '800x600',
            });
            child = again.process;
          }
          await until(() => greets(port));
        };
        await begin();
        const signal = (what: NodeJS.Signals) => child.pid !== undefined && process.kill(-child.pid, what);
        return {
          address: '127.0.0.1',
          port,
          display,
          kill() {
            ended = once(child, 'exit');
            signal('SIGKILL');
          },
          restart: begin,
          freeze: () => void signal('SIGSTOP'),
          thaw: () => void signal('SIGCONT'),
        };
      }),
    );
    return { peers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const say = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', () => say(true));
    socket.once('error', () => say(false));
    socket.once('end', () => say(false));
  });
