import des from 'des.js';
import type { Channel } from '../channel';
import { Impossible } from '../failure';
import { CONNECT_DEADLINE, type VeyonKey } from '../port';
import { authenticate, VEYON_SECURITY } from '../veyon/handshake';

/** How a device lets us in. */
export type Way = { readonly key: VeyonKey } | { readonly password?: string | undefined };

const NONE = 1;
const VNC_AUTH = 2;

/** Greeting and security (RFC 6143, 7.1). @throws Impossible, NoAnswer */
export async function greet(channel: Channel, way: Way): Promise<void> {
  const said = (await channel.read(12, CONNECT_DEADLINE)).toString('latin1');
  const version = /^RFB 003\.(\d{3})\n$/.exec(said)?.[1];
  if (version === undefined) throw new Impossible('broken');
  const ours = Number(version) >= 8 ? 8 : Number(version) >= 7 ? 7 : 3;
  channel.write(Buffer.from(`RFB 003.00${ours}\n`));
  const chosen = choose(await offered(channel, ours), way);
  if (ours !== 3) channel.write(Buffer.of(chosen));
  if (chosen === VEYON_SECURITY && 'key' in way) return authenticate(channel, way.key);
  if (chosen === VNC_AUTH && 'password' in way) {
    const challenge = await channel.read(16, CONNECT_DEADLINE);
    channel.write(answerTo(challenge, way.password ?? ''));
  }
  if (chosen === NONE && ours !== 8) return;
  if ((await channel.read(4, CONNECT_DEADLINE)).readUInt32BE(0) !== 0) throw new Impossible('key-refused');
}

async function offered(channel: Channel, version: 3 | 7 | 8): Promise<number[]> {
  if (version === 3) {
    const type = (await channel.read(4, CONNECT_DEADLINE)).readUInt32BE(0);
    // 0: it will not have us (too many tries), and says why in words of its own.
    if (type === 0) throw new Impossible('key-refused');
    return [type];
  }
  const count = (await channel.read(1, CONNECT_DEADLINE)).readUInt8(0);
  if (count === 0) throw new Impossible('key-refused');
  return [...(await channel.read(count, CONNECT_DEADLINE))];
}

function choose(types: readonly number[], way: Way): number {
  if ('key' in way) {
    if (types.includes(VEYON_SECURITY)) return VEYON_SECURITY;
    throw new Impossible('not-supported');
  }
  if (types.includes(NONE)) return NONE;
  if (!types.includes(VNC_AUTH)) throw new Impossible('not-supported');
  if (!way.password) throw new Impossible('no-key');
  return VNC_AUTH;
}

/**
 * VncAuth: DES of the challenge under the password's first eight bytes, each with its bits in reverse (RFC 6143, 7.2.2).
 * Node's OpenSSL has no DES any more, and the protocol has nothing better: what it protects is a school's own network.
 */
function answerTo(challenge: Buffer, password: string): Buffer {
  const key = Buffer.alloc(8);
  Buffer.from(password, 'latin1').copy(key, 0, 0, 8);
  const mirrored = [...key].map((byte) =>
    Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2),
  );
  const cipher = des.DES.create({ type: 'encrypt', key: mirrored, padding: false });
  return Buffer.from([...cipher.update([...challenge]), ...cipher.final()]);
}
