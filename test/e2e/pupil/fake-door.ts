import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import * as v from 'valibot';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  findEvent,
  findRequest,
  type EventOf,
  type InputOf,
  type MethodOf,
  type PayloadOf,
} from '../../../src/contract/define';
import { pupilContract, type PupilContract } from '../../../src/contract/pupil';
import { MAX_TEXT_FRAME, toDoorSchema } from '../../../src/contract/pupil/frames';
import { isPreauError, PreauError } from '../../../src/domain/errors';

type Method = MethodOf<PupilContract>;
export type Answers = { [M in Method]?: (input: InputOf<PupilContract, M>, door: FakeDoor) => unknown };

/**
 * A door that speaks the contract and nothing else: what the app sends must parse, and so must what the test answers.
 * It stands for the LAN door where a test needs to hold its hand (a slow answer, a cut, a lie).
 */
export interface FakeDoor {
  readonly origin: string;
  readonly port: number;
  answers: Answers;
  /** Everything the app asked, in order. */
  readonly heard: { method: Method; input: unknown }[];
  /** Binary frames. */
  readonly bytes: Buffer[];
  /** Bytes put at upload paths. */
  readonly uploads: Map<string, Buffer>;
  say<E extends EventOf<PupilContract>>(name: E, payload: PayloadOf<PupilContract, E>): void;
  /** Cuts every line; `refuse` keeps new ones out until `accept`. */
  cut(refuse?: boolean): void;
  accept(): void;
  /** Lines open now. */
  readonly lines: number;
  inputs<M extends Method>(method: M): InputOf<PupilContract, M>[];
  close(): Promise<void>;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};
/** As strict as the real door's: no inline script or style, frames from anywhere, pictures made here. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "worker-src 'self'",
  'frame-src http: https:',
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
].join('; ');

export async function openFakeDoor(folder: string, files: Record<string, Buffer> = {}): Promise<FakeDoor> {
  const lines = new Set<WebSocket>();
  let refusing = false;
  const http: Server = createServer((request, response) => {
    void serve(request, response, folder, files, door).catch(() => response.writeHead(500).end());
  });
  const sockets = new WebSocketServer({ server: http, path: '/pupil', maxPayload: 1024 * 1024 });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;

  const door: FakeDoor = {
    origin: `http://localhost:${port}`,
    port,
    answers: {},
    heard: [],
    bytes: [],
    uploads: new Map(),
    say(name, payload) {
      const schema = findEvent(pupilContract, name);
      if (!schema) throw new Error(`no event ${name}`);
      const event = { name, payload: v.parse(schema, payload) };
      for (const line of lines) line.send(JSON.stringify({ event }));
    },
    cut(refuse = false) {
      refusing = refuse;
      for (const line of lines) line.terminate();
    },
    accept: () => void (refusing = false),
    get lines() {
      return lines.size;
    },
    inputs: <M extends Method>(method: M) =>
      door.heard.filter((one) => one.method === method).map((one) => one.input as InputOf<PupilContract, M>),
    async close() {
      for (const line of lines) line.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };

  sockets.on('connection', (line) => {
    if (refusing) {
      line.terminate();
      return;
    }
    lines.add(line);
    line.on('close', () => lines.delete(line));
    line.on('message', (data: Buffer, binary: boolean) => {
      if (binary) door.bytes.push(data);
      else void answer(door, line, data);
    });
  });
  return door;
}

async function answer(door: FakeDoor, line: WebSocket, data: Buffer): Promise<void> {
  if (data.length > MAX_TEXT_FRAME) throw new Error(`a text frame of ${data.length} bytes`);
  const frame = v.parse(toDoorSchema, JSON.parse(data.toString()));
  const definition = findRequest(pupilContract, frame.method);
  if (!definition) throw new Error(`unknown method ${frame.method}`);
  const method = frame.method as Method;
  const input = v.parse(definition.input, frame.input);
  door.heard.push({ method, input });
  try {
    // The table's row takes that method's own input; the schema above has just made it so.
    const handler = door.answers[method] as ((input: unknown, door: FakeDoor) => unknown) | undefined;
    const value = await (handler ? handler(input, door) : {});
    if (value === SILENCE) return;
    line.send(JSON.stringify({ id: frame.id, reply: { ok: true, value: v.parse(definition.reply, value) } }));
  } catch (error) {
    const { code, params } = isPreauError(error)
      ? error
      : new PreauError('INTERNAL', { reference: String(error) });
    line.send(JSON.stringify({ id: frame.id, reply: { ok: false, error: { code, params } } }));
  }
}

/** Answer of a door that heard and says nothing. */
export const SILENCE = Symbol('silence');

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  files: Record<string, Buffer>,
  door: FakeDoor,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://door').pathname;
  if (request.method === 'PUT') {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    door.uploads.set(path, Buffer.concat([door.uploads.get(path) ?? Buffer.alloc(0), ...pieces]));
    response.writeHead(204).end();
    return;
  }
  const name = path === '/' ? '/index.html' : path;
  const body = files[path] ?? (await readFile(join(folder, normalize(name))).catch(() => undefined));
  if (!body) {
    response.writeHead(404).end();
    return;
  }
  // Compressed as the real door does: the app's figures are taken here.
  const dense = ['.woff2', '.png', '.pdf'].includes(extname(name));
  const brotli = !dense && String(request.headers['accept-encoding']).includes('br');
  response
    .writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      ...(brotli && { 'content-encoding': 'br' }),
    })
    .end(brotli ? compressed(path, body) : body);
}

const packed = new Map<string, Buffer>();
/** As the real door: quality 9, once a file. Built files have hashed names, and each run builds into its own folder. */
function compressed(path: string, body: Buffer): Buffer {
  const key = `${path} ${body.length}`;
  const found = packed.get(key);
  if (found) return found;
  const bytes = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
  packed.set(key, bytes);
  return bytes;
}
