import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Outcome } from './port';

/** A magic packet on every network of this computer (port 9). What it wakes answers only when it has started. */
export async function wake(mac: string, port = 9): Promise<Outcome> {
  const address = Buffer.from(mac, 'hex');
  if (address.length !== 6) return { state: 'impossible', why: 'broken' };
  const packet = Buffer.concat([Buffer.alloc(6, 0xff), ...Array.from({ length: 16 }, () => address)]);
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, () => {
        socket.setBroadcast(true);
        resolve();
      });
    });
    const sent = await Promise.all(broadcasts().map((to) => sendTo(socket, packet, port, to)));
    return sent.includes(true) ? { state: 'done' } : { state: 'impossible', why: 'unreachable' };
  } catch {
    return { state: 'impossible', why: 'unreachable' };
  } finally {
    socket.close();
  }
}

const sendTo = (
  socket: ReturnType<typeof createSocket>,
  packet: Buffer,
  port: number,
  to: string,
): Promise<boolean> =>
  new Promise((resolve) => socket.send(packet, port, to, (error) => resolve(error === null)));

/** Broadcast address of each IPv4 network, and the one of all. */
function broadcasts(): string[] {
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((one) => one.family === 'IPv4' && !one.internal)
    .map(({ address, netmask }) => {
      const mask = netmask.split('.').map(Number);
      return address
        .split('.')
        .map((part, at) => Number(part) | (255 & ~(mask[at] ?? 255)))
        .join('.');
    });
  return [...new Set([...own, '255.255.255.255'])];
}
