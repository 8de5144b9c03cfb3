import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { lookup, reverse } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { PreauError } from '../../../domain/errors';
import { USUAL_PORT } from '../../../domain/device/device';
import { openChannel } from './channel';

/** Somebody who greets as an RFB server at an address. */
export interface Found {
  readonly host: string;
  readonly name?: string;
  readonly mac?: string;
}

/** Addresses asked at once, and how long each may take to greet (ms): a class of 254 in a few seconds. */
const AT_ONCE = 32;
const EACH = 800;
const MOST = 256;

/**
 * Who answers between two addresses. Only networks this computer is itself on: a school looks at its own.
 * @throws PreauError `BAD_INPUT` for another network, or for more than 256 addresses
 */
export async function scan(by: 'veyon' | 'rfb', from: string, to: string): Promise<Found[]> {
  const first = number(from);
  const last = number(to);
  if (last < first || last - first >= MOST || !isOurs(first) || !isOurs(last))
    throw new PreauError('BAD_INPUT', { path: 'from' });
  const addresses = Array.from({ length: last - first + 1 }, (_, n) => address(first + n));
  const found: string[] = [];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = addresses.shift(); next !== undefined; next = addresses.shift())
        if (await greets(next, USUAL_PORT[by])) found.push(next);
    }),
  );
  const neighbours = await macs();
  const named = found.map(async (host): Promise<Found> => {
    const mac = neighbours.get(host);
    const name = await nameOf(host);
    return { host, ...(name && { name }), ...(mac && { mac }) };
  });
  return (await Promise.all(named)).sort((a, b) => number(a.host) - number(b.host));
}

/** Where that Ethernet address is now, among the computers this one has spoken with lately. */
export async function whereIs(mac: string): Promise<string | undefined> {
  for (const [host, known] of await macs()) if (known === mac) return host;
  return undefined;
}
export async function macOf(host: string): Promise<string | undefined> {
  const found = await Promise.race([lookup(host, { family: 4 }).catch(() => undefined), late()]);
  return found && (await macs()).get(found.address);
}

async function greets(host: string, port: number): Promise<boolean> {
  try {
    const channel = await openChannel(host, port, EACH);
    try {
      return (await channel.read(4, EACH)).toString('latin1') === 'RFB ';
    } finally {
      channel.close();
    }
  } catch {
    return false;
  }
}

/** A school's name server that says nothing is not waited for. */
const late = (): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), EACH).unref());

async function nameOf(host: string): Promise<string | undefined> {
  const [name] = (await Promise.race([reverse(host).catch(() => undefined), late()])) ?? [];
  return name?.split('.')[0];
}

/** The system's own table of neighbours: Linux's file, elsewhere what `arp -a` prints. */
async function macs(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile('/proc/net/arp', 'utf8').catch(() => arp());
  const found = new Map<string, string>();
  for (const row of text.split('\n')) {
    const host = /\b(\d{1,3}(?:\.\d{1,3}){3})\b/.exec(row)?.[1];
    const mac = /\b([0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5})\b/i.exec(row)?.[1];
    if (!host || !mac) continue;
    const digits = mac
      .split(/[:-]/)
      .map((part) => part.padStart(2, '0'))
      .join('')
      .toLowerCase();
    if (digits !== '000000000000') found.set(host, digits);
  }
  return found;
}
async function arp(): Promise<string> {
  const { stdout } = await promisify(execFile)('arp', ['-a'], { timeout: 3_000 }).catch(() => ({
    stdout: '',
  }));
  return stdout;
}

const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const address = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
const isOurs = (value: number): boolean =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((one) => one.family === 'IPv4')
    .some(({ address: own, netmask }) => {
      const size = 2 ** 32 - number(netmask);
      return Math.floor(value / size) === Math.floor(number(own) / size);
    });
