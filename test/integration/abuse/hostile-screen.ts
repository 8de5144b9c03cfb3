import { createServer, type Socket } from 'node:net';
import { createDeflate, constants } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** A computer of the room that somebody took over: it speaks RFB until it knows better. */
export interface HostileScreen {
  readonly port: number;
  /** Connections it was given so far. */
  readonly met: number;
}

export const SIZE = { width: 64, height: 64 };

export interface Play {
  readonly width?: number;
  readonly height?: number;
  readonly name?: Buffer;
  /** Length said of the name, where it is not the name's. */
  readonly nameLength?: number;
  /** After the greeting. Undefined: an honest screen. */
  then?(socket: Socket): void;
}

export const u16 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => bytes.writeUInt16BE(value, at * 2));
  return bytes;
};
export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
/** Head of an update, and of one of its rectangles. */
export const update = (rectangles: number): Buffer => Buffer.concat([Buffer.of(0, 0), u16(rectangles)]);
export const rectangle = (x: number, y: number, w: number, h: number, encoding: number): Buffer =>
  Buffer.concat([u16(x, y, w, h), u32(encoding)]);
export const RAW = 0;
export const ZRLE = 16;

/** Answers each request with the pixels asked for. */
function honest(socket: Socket): void {
  let held = Buffer.alloc(0);
  socket.on('data', (part) => {
    held = Buffer.concat([held, part]);
    for (;;) {
      const length = { 0: 20, 2: held.length < 4 ? 4 : 4 + 4 * held.readUInt16BE(2), 3: 10, 4: 8, 5: 6 }[
        held[0] ?? 255
      ];
      if (length === undefined || held.length < length) return;
      if (held[0] === 3) {
        const [x = 0, y = 0, w = 0, h = 0] = [2, 4, 6, 8].map((at) => held.readUInt16BE(at));
        socket.write(Buffer.concat([update(1), rectangle(x, y, w, h, RAW), Buffer.alloc(w * h * 4, 90)]));
      }
      held = held.subarray(length);
    }
  });
}

export async function openScreen({
  width = SIZE.width,
  height = SIZE.height,
  name = Buffer.from('PC'),
  nameLength = name.length,
  then = honest,
}: Play = {}): Promise<HostileScreen> {
  const sockets = new Set<Socket>();
  let met = 0;
  const server = createServer((socket) => {
    met += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('RFB 003.008\n');
    let step = 0;
    let held = Buffer.alloc(0);
    const greet = (part: Buffer): void => {
      held = Buffer.concat([held, part]);
      const wanted = [12, 1, 1][step] ?? 0;
      if (held.length < wanted) return;
      held = held.subarray(wanted);
      step += 1;
      if (step === 1) socket.write(Buffer.of(1, 1));
      if (step === 2) socket.write(u32(0));
      if (step < 3) return void (held.length > 0 && greet(Buffer.alloc(0)));
      socket.off('data', greet);
      const pixels = Buffer.from([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]);
      socket.write(Buffer.concat([u16(width, height), pixels, u32(nameLength), name]));
      then(socket);
      if (held.length > 0) socket.emit('data', held);
      socket.resume();
    };
    socket.on('data', greet);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    get met() {
      return met;
    },
  };
}

/** Writes as fast as it is read, until the other side has had enough. */
export function flood(socket: Socket, bytes: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
}

/** What a stream of that many zeros (mebibytes) becomes: a thousandth of it. */
export async function bomb(mebibytes: number, byte = 0): Promise<Buffer> {
  const deflate = createDeflate({ level: 9, finishFlush: constants.Z_SYNC_FLUSH });
  const parts: Buffer[] = [];
  deflate.on('data', (part: Buffer) => parts.push(part));
  const zeros = Buffer.alloc(1024 * 1024, byte);
  for (let n = 0; n < mebibytes; n += 1)
    await new Promise<void>((written) => deflate.write(zeros, () => written()));
  await new Promise<void>((ended) => {
    deflate.once('end', ended);
    deflate.end();
  });
  return Buffer.concat(parts);
}
