import { sign } from 'node:crypto';
import type { Channel } from '../channel';
import { Impossible, NoAnswer } from '../failure';
import { CONNECT_DEADLINE, type VeyonKey } from '../port';
import { MAX_MESSAGE, message, onlyBytes } from './wire';

/** RFB security type of Veyon. */
export const VEYON_SECURITY = 40;
/** Its authentication by key file. */
const KEY_FILE = 3;

/**
 * After the security type was chosen: proves that we hold the school's key (RSA, SHA-512 over the server's challenge).
 * @throws Impossible `key-refused`, `broken` for a server that speaks something else; NoAnswer
 */
export async function authenticate(channel: Channel, key: VeyonKey): Promise<void> {
  const offered = await readMessage(channel);
  // A count of types, then the types: each a QVariant of an Int (9 bytes).
  const types = [...Array(Math.max(0, Math.floor(offered.length / 9) - 1)).keys()].map((n) =>
    offered.readInt32BE(9 * (n + 1) + 5),
  );
  if (!types.includes(KEY_FILE)) throw new Impossible('key-refused');
  channel.write(message({ int: KEY_FILE }, { text: key.name }));
  await readMessage(channel);
  let challenge: Buffer;
  try {
    challenge = onlyBytes(await readMessage(channel));
  } catch (error) {
    if (error instanceof RangeError) throw new Impossible('broken');
    throw error;
  }
  const signature = sign('sha512', challenge, key.privateKey);
  channel.write(message({ text: key.name }, { bytes: signature }));
  // 4.7.5 ends the connection of a wrong key, later ones answer.
  const result = await channel.read(4, CONNECT_DEADLINE).catch((error: unknown) => {
    if (error instanceof NoAnswer && error.cause_ === 'cut') throw new Impossible('key-refused');
    throw error;
  });
  if (result.readUInt32BE(0) !== 0) throw new Impossible('key-refused');
}

async function readMessage(channel: Channel): Promise<Buffer> {
  const length = (await channel.read(4, CONNECT_DEADLINE)).readUInt32BE(0);
  if (length > MAX_MESSAGE) throw new Impossible('broken');
  return length === 0 ? Buffer.alloc(0) : channel.read(length, CONNECT_DEADLINE);
}
