/**
 * An adb server that is invented: it speaks the protocol by which programs ask the platform-tools' own (AOSP adb/SERVICES.TXT: four
 * hexadecimal digits of length, the words, OKAY or FAIL), on loopback, and its tablets are in this process. It shares no code with the
 * driver that asks it, and needs no `adb` on the computer.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { AdbServer } from '../../main/android/adb-server';
import type { TabletDaemon } from './daemon';
import type { ServiceHandler } from './stream';

export interface PluggedTablet {
  readonly daemon: TabletDaemon;
  /** False: it waits for « Autoriser » on its screen. */
  readonly authorised: boolean;
}

/** ADB_SERVER_VERSION of the platform-tools that programs of today expect. */
const VERSION = 41;
const OKAY = Buffer.from('OKAY');

/** @param tablets in the order of their ports; each is known by its serial number */
export async function serveInventedAdb(tablets: readonly PluggedTablet[]): Promise<AdbServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveLine(socket, tablets);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  return {
    port,
    owned: true,
    ended,
    async dispose() {
      server.close();
      for (const socket of sockets) socket.destroy();
      for (const { daemon } of tablets) daemon.recorders.close();
      await ended;
    },
  };
}

function serveLine(socket: Socket, tablets: readonly PluggedTablet[]): void {
  let held: Buffer = Buffer.alloc(0);
  let chosen: PluggedTablet | undefined;
  let handler: ServiceHandler | undefined;
  let taken: Promise<unknown> = Promise.resolve();
  socket.on('error', () => undefined);
  socket.on('close', () => handler?.closed?.());

  const withLength = (words: string): Buffer => {
    const body = Buffer.from(words);
    return Buffer.concat([Buffer.from(body.length.toString(16).padStart(4, '0')), body]);
  };
  const fail = (why: string): void => void socket.end(Buffer.concat([Buffer.from('FAIL'), withLength(why)]));
  const give = (handed: ServiceHandler, chunk: Buffer): void => {
    socket.pause();
    taken = taken
      .then(() => handed.data?.(chunk))
      .then(
        () => socket.resume(),
        () => socket.destroy(),
      );
  };

  function choose(tablet: PluggedTablet | undefined, reply: Buffer): void {
    if (!tablet) return fail('device not found');
    if (!tablet.authorised) return fail('device unauthorized.');
    chosen = tablet;
    socket.write(Buffer.concat([OKAY, reply]));
  }
  function open({ daemon }: PluggedTablet, service: string): void {
    handler = daemon.openService(service, {
      write: (data) =>
        new Promise((resolve) => {
          if (socket.destroyed || socket.writableEnded) resolve(false);
          else socket.write(data, (error) => resolve(!error));
        }),
      close: () => void socket.end(),
    });
    if (handler) socket.write(OKAY);
    else fail('closed');
  }
  function answer(request: string): void {
    if (chosen) return open(chosen, request);
    if (request === 'host:version')
      return void socket.end(Buffer.concat([OKAY, withLength(VERSION.toString(16).padStart(4, '0'))]));
    if (request === 'host:devices-l')
      return void socket.end(Buffer.concat([OKAY, withLength(list(tablets))]));
    const [, serial] = /^host:tport:serial:(.*)$/.exec(request) ?? [];
    if (serial !== undefined) {
      const at = tablets.findIndex(({ daemon }) => daemon.props['ro.serialno'] === serial);
      const number = Buffer.alloc(8);
      number.writeBigUInt64LE(BigInt(at + 1));
      return choose(tablets[at], number);
    }
    const [, connection] = /^host:transport-id:(\d{1,9})$/.exec(request) ?? [];
    if (connection !== undefined) return choose(tablets[Number(connection) - 1], Buffer.alloc(0));
    fail('unknown host service');
  }

  socket.on('data', (chunk: Buffer) => {
    if (handler) return give(handler, chunk);
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const length = parseInt(held.toString('latin1', 0, 4), 16);
      if (held.length < 4 || held.length < 4 + length) return;
      if (Number.isNaN(length)) return void socket.destroy();
      const request = held.toString('utf8', 4, 4 + length);
      held = held.subarray(4 + length);
      answer(request);
      if (!handler) continue;
      if (held.length > 0) give(handler, held);
      return;
    }
  });
}

/** As `append_transport` of adb writes it: letters and digits of a name, `_` for the rest. */
function list(tablets: readonly PluggedTablet[]): string {
  const word = (text = ''): string => text.replace(/[^A-Za-z0-9]/g, '_');
  return tablets
    .map(({ daemon: { props }, authorised }, at) => {
      const serial = (props['ro.serialno'] ?? '').padEnd(22);
      const names = `product:${word(props['ro.product.name'])} model:${word(props['ro.product.model'])} device:${word(props['ro.product.device'])} `;
      return `${serial} ${authorised ? 'device' : 'unauthorized'} usb:1-${at + 1} ${authorised ? names : ''}transport_id:${at + 1}\n`;
    })
    .join('');
}
