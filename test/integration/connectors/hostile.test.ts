import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { idFrom } from '../../../src/domain/id';
import { COMMAND_DEADLINE, CONNECT_DEADLINE } from '../../../src/main/classroom/connectors/port';
import { createRfb } from '../../../src/main/classroom/connectors/rfb/connector';
import { createPictures } from '../../../src/main/classroom/connectors/rfb/thread';
import { Told } from './contract';

const DEVICE = idFrom('device', Buffer.alloc(9, 1));
const GREETING = Buffer.from('RFB 003.008\n');
/** Greeting, no security, accepted, then the screen: 800 × 600. */
const welcome = (name = 4): Buffer => {
  const init = Buffer.alloc(24);
  init.writeUInt16BE(800, 0);
  init.writeUInt16BE(600, 2);
  init.writeUInt32BE(name, 20);
  return Buffer.concat([GREETING, Buffer.of(1, 1), Buffer.alloc(4), init, Buffer.from('nom!')]);
};
const rect = (x: number, y: number, w: number, h: number, encoding: number, data: Uint8Array): Buffer => {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(1, 2);
  [x, y, w, h].forEach((value, n) => head.writeUInt16BE(value, 4 + n * 2));
  head.writeInt32BE(encoding, 12);
  return Buffer.concat([head, data]);
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** What a server may do that is no server of a school. */
const TRICKS: Readonly<Record<string, (socket: Socket) => void>> = {
  'says nothing': () => undefined,
  'speaks HTTP': (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'ends at once': (socket) => socket.destroy(),
  'offers no security': (socket) => socket.write(Buffer.concat([GREETING, Buffer.of(0), u32(9e6)])),
  'has a name of two gigabytes': (socket) => socket.write(welcome(2 ** 31)),
  'is welcome and silent': (socket) => socket.write(welcome()),
  'draws outside the screen': (socket) =>
    socket.write(Buffer.concat([welcome(), rect(700, 500, 400, 400, 0, Buffer.alloc(64))])),
  'announces four gigabytes of ZRLE': (socket) =>
    socket.write(Buffer.concat([welcome(), rect(0, 0, 800, 600, 16, u32(0xffff_ffff))])),
  'sends noise as ZRLE': (socket) =>
    socket.write(
      Buffer.concat([welcome(), rect(0, 0, 800, 600, 16, Buffer.concat([u32(64), Buffer.alloc(64, 7)]))]),
    ),
  'uses Tight, which nobody asked for': (socket) =>
    socket.write(Buffer.concat([welcome(), rect(0, 0, 8, 8, 7, Buffer.alloc(64))])),
  'invents a message': (socket) => socket.write(Buffer.concat([welcome(), Buffer.of(99, 1, 2, 3)])),
  'grows to a screen of four thousand million pixels': (socket) =>
    socket.write(Buffer.concat([welcome(), rect(0, 0, 65_535, 65_535, -223, Buffer.alloc(0))])),
};

describe('a server that means no good', () => {
  it.each(Object.entries(TRICKS))('%s: said in time, nothing thrown', async (_, trick) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      trick(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const told = new Told();
    const pictures = createPictures();
    const connector = createRfb({
      clock: () => Date.now(),
      events: told.events,
      pictures,
      password: () => undefined,
    });
    onTestFinished(async () => {
      await connector.close();
      await pictures.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    connector.keep(DEVICE, { host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    connector.watch(DEVICE, { width: 320, perSecond: 4, kbit: 400 });
    const began = performance.now();
    const outcome = await connector.perform(DEVICE, { do: 'help', input: { x: 1, y: 1, buttons: 0 } });
    expect(['no-answer', 'impossible']).toContain(outcome.state);
    expect(performance.now() - began).toBeLessThan(CONNECT_DEADLINE + COMMAND_DEADLINE + 2_000);
    expect(told.pictures).toEqual([]);
  });
});
