import { randomBytes, timingSafeEqual } from 'node:crypto';
import { STRETCH, stretch, type StretchParameters } from './stretch';

/** `$argon2id$v=19$m=65536,t=3,p=1$<salt>$<hash>`, base64 without padding (the PHC string format). */
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{43})$/;
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** What an account keeps of a password. */
export async function hashPassword(
  password: string,
  parameters: StretchParameters = STRETCH,
): Promise<string> {
  const salt = randomBytes(16);
  const { memory, passes, lanes } = parameters;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${base64(salt)}$${base64(await stretch(password, salt, parameters))}`;
}

/** True for the password the hash was made of; false for another one and for a string that is no such hash. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const [, memory, passes, lanes, salt, hash] = PHC.exec(phc) ?? [];
  if (!salt || !hash) return false;
  const parameters = {
    algorithm: 'argon2id',
    memory: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
  } as const;
  try {
    const found = await stretch(password, Buffer.from(salt, 'base64'), parameters);
    return timingSafeEqual(found, Buffer.from(hash, 'base64'));
  } catch {
    return false;
  }
}
