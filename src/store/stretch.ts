import { stretchApart } from './stretch-worker';

/**
 * Argon2id (RFC 9106) from a library: Electron's crypto has none. 64 MiB, three passes, one lane: about a third of a
 * second on a school laptop, in a thread of its own, so that nobody else waits for somebody who signs in. Parameters are
 * stored beside what they protect, so that they can be raised.
 */
export interface StretchParameters {
  readonly algorithm: 'argon2id';
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

export const STRETCH: StretchParameters = { algorithm: 'argon2id', memory: 64 * 1024, passes: 3, lanes: 1 };
/** A file must not make us take the machine's whole memory. KiB and passes. */
const CEILING = { memory: 1024 * 1024, passes: 16, lanes: 8 };

/** 32 bytes from a password. Composed and decomposed accents are the same password. @throws RangeError */
export async function stretch(
  password: string,
  salt: Uint8Array,
  parameters: StretchParameters,
): Promise<Buffer> {
  const { memory, passes, lanes } = parameters;
  if (memory > CEILING.memory || passes > CEILING.passes || lanes > CEILING.lanes) {
    throw new RangeError('stretching parameters out of range');
  }
  return stretchApart({
    password: password.normalize('NFC'),
    salt,
    memorySize: memory,
    iterations: passes,
    parallelism: lanes,
    hashLength: 32,
    outputType: 'binary',
  });
}
