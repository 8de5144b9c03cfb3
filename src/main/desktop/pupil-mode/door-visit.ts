import type { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import * as v from 'valibot';
import { WebSocket } from 'ws';
import { PUPIL_PROTOCOL } from '../../../contract/pupil';
import { judgeDoor, readCertificate, type Verdict } from './trust';

/** A computer of the same network answers within this, ms. */
const PATIENCE = 4_000;
const ROOT_MAX = 16 * 1024;

export interface DoorAddress {
  readonly host: string;
  readonly port: number;
}
export const textOf = ({ host, port }: DoorAddress): string => `${host}:${port}`;
export const originOf = (door: DoorAddress): string => `https://${textOf(door)}`;

/** What a door showed: its chain, and the root it says is the school's. Nothing of it is believed yet. */
export interface Visit {
  readonly door: DoorAddress;
  readonly chain: readonly X509Certificate[];
  readonly root: X509Certificate;
  readonly name: string;
}

/**
 * Knocks at a door. TLS is not judged here but by `judgeDoor`, of what was seen.
 *
 * @returns undefined where nobody answers; `not-preau` where somebody else does
 */
export async function visitDoor(door: DoorAddress): Promise<Visit | 'not-preau' | undefined> {
  const seen = await askRoot(door);
  if (!seen || seen === 'not-preau') return seen;
  return { door, ...seen, name: await askName(door) };
}

/** @param root pinned, or the one the door itself shows at a first meeting: it must stand behind what it shows */
export const judgeVisit = (visit: Visit, root: X509Certificate, now: number): Verdict =>
  judgeDoor({ host: visit.door.host, chain: visit.chain, root, now });

function askRoot(
  door: DoorAddress,
): Promise<{ chain: X509Certificate[]; root: X509Certificate } | 'not-preau' | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      { host: door.host, port: door.port, path: '/ecole.crt', rejectUnauthorized: false, agent: false },
      (answer) => {
        const chain = chainOf((answer.socket as TLSSocket).getPeerCertificate(true));
        const parts: Buffer[] = [];
        let size = 0;
        answer.on('data', (part: Buffer) => {
          size += part.length;
          if (size > ROOT_MAX) return void asked.destroy();
          parts.push(part);
        });
        answer.on('end', () => {
          const root = answer.statusCode === 200 ? readCertificate(Buffer.concat(parts)) : undefined;
          resolve(root ? { chain, root } : 'not-preau');
        });
        answer.on('error', () => resolve('not-preau'));
      },
    );
    const timer = setTimeout(() => asked.destroy(), PATIENCE);
    asked.on('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    asked.on('error', (error: NodeJS.ErrnoException) =>
      // Something answers at that address, and it is no door of ours.
      resolve(error.code === 'EPROTO' || error.code === 'HPE_INVALID_CONSTANT' ? 'not-preau' : undefined),
    );
    asked.end();
  });
}

function chainOf(peer: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let one: DetailedPeerCertificate | undefined = peer;
  const known = new Set<string>();
  while (one?.raw && !known.has(one.fingerprint256)) {
    known.add(one.fingerprint256);
    const read = readCertificate(one.raw);
    if (read) chain.push(read);
    one = one.issuerCertificate as DetailedPeerCertificate | undefined;
  }
  return chain;
}

const helloSchema = v.object({
  reply: v.object({ value: v.object({ poste: v.pipe(v.string(), v.maxLength(200)) }) }),
});
const STRANGER = { capture: false, battery: false, touch: false, camera: false, keys: false };

/** What it calls itself, as any stranger may ask; its address where it says nothing. */
function askName(door: DoorAddress): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`wss://${textOf(door)}/pupil`, {
      origin: originOf(door),
      rejectUnauthorized: false,
      handshakeTimeout: PATIENCE,
      maxPayload: ROOT_MAX,
      perMessageDeflate: false,
    });
    const timer = setTimeout(() => socket.terminate(), PATIENCE);
    socket.on('open', () => {
      const input = { protocol: PUPIL_PROTOCOL, app: 'eleve', capabilities: STRANGER, clock: Date.now() };
      socket.send(JSON.stringify({ id: 1, method: 'door.hello', input }));
    });
    socket.on('message', (data: Buffer) => {
      resolve(nameIn(data.toString('utf8')) ?? textOf(door));
      socket.close();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(textOf(door));
    });
  });
}

function nameIn(text: string): string | undefined {
  try {
    const read = v.safeParse(helloSchema, JSON.parse(text));
    return read.success ? read.output.reply.value.poste : undefined;
  } catch {
    return undefined;
  }
}
