import { execFile, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import type { Readable } from 'node:stream';
import type { Pack } from '../processes/pack';

export interface ScreenOptions {
  readonly rfbPort: number;
  /** `1366x768` unless told. */
  readonly geometry?: string | undefined;
  /** A VncAuth password file; no authentication without. */
  readonly passwordFile?: string | undefined;
  readonly name?: string | undefined;
  /** Namespace of the network the server listens in. */
  readonly namespace?: string | undefined;
}

/** A real X screen with its own RFB server (TigerVNC's Xvnc). */
export async function startScreen(
  pack: Pack,
  options: ScreenOptions,
): Promise<{ readonly display: string; readonly process: ChildProcess }> {
  const xvnc = pack.start([
    ...inNamespace(options.namespace),
    ...['Xvnc', '-displayfd', '1', '-geometry', options.geometry ?? '1366x768', '-depth', '24'],
    ...[
      '-rfbport',
      String(options.rfbPort),
      options.namespace === undefined ? '-localhost=1' : '-localhost=0',
    ],
    ...(options.passwordFile
      ? ['-SecurityTypes', 'VncAuth', '-PasswordFile', options.passwordFile]
      : ['-SecurityTypes', 'None']),
    ...['-AlwaysShared=1', '-desktop', options.name ?? 'poste'],
  ]);
  xvnc.stderr?.resume();
  const number = await firstLine(xvnc.stdout);
  return { display: `:${number}`, process: xvnc };
}

export const inNamespace = (name: string | undefined): string[] =>
  name === undefined ? [] : ['ip', 'netns', 'exec', name];

async function firstLine(stream: Readable | null): Promise<string> {
  if (!stream) throw new Error('the program has no output');
  let text = '';
  for await (const part of stream.iterator({ destroyOnReturn: false })) {
    text += String(part);
    const end = text.indexOf('\n');
    if (end < 0) continue;
    stream.resume();
    return text.slice(0, end);
  }
  throw new Error('the program ended before it was ready');
}

/** A picture, RGB, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Buffer;
}

/** The screen as X sees it: what every connector's picture is compared with. */
export async function grab(display: string): Promise<Picture> {
  const { stdout } = await run('import', ['-window', 'root', '-depth', '8', 'ppm:-'], {
    env: { ...process.env, DISPLAY: display },
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
  });
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(stdout.subarray(0, 64).toString('latin1'));
  if (!head) throw new Error('no picture of the screen');
  return { width: Number(head[1]), height: Number(head[2]), rgb: stdout.subarray(head[0].length) };
}
const run = promisify(execFile);
