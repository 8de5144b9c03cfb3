import { readFile } from 'node:fs/promises';
import type { Audience } from '../domain/audience';
import { PreauError } from '../domain/errors';
import { writeAtomically } from './atomic-file';
import type { Recipient } from './recipient';

/** The wraps of one data key. A wrap is base64 and opens with nothing but what its holder knows. */
export interface KeyWraps {
  /** From 1; raised when the key is exchanged because somebody left (issue 3). */
  readonly generation: number;
  readonly machine?: string;
  /** By person. */
  readonly people: Readonly<Record<string, string>>;
  /** By sheet: `school`, or the person whose own sheet it is. */
  readonly sheets: Readonly<Record<string, string>>;
}

/** `keys.json`. It holds no key and no name: ids, public keys and wraps. */
export interface KeyringFile {
  readonly version: 1;
  /** Base64; makes this machine's wrapping key from its secret. */
  readonly machineSalt: string;
  readonly people: Readonly<Record<string, Recipient>>;
  readonly sheets: Readonly<Record<string, Recipient>>;
  readonly keys: Readonly<Record<Audience, KeyWraps>>;
}

const VERSION = 1;

/** Undefined where there is no keyring yet. @throws PreauError `NEWER_DATA`, `BAD_INPUT` */
export async function readKeyring(path: string): Promise<KeyringFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  let parsed: Partial<KeyringFile>;
  try {
    parsed = JSON.parse(text) as Partial<KeyringFile>;
  } catch (cause) {
    throw new PreauError('BAD_INPUT', { path: 'keys.json' }, { cause });
  }
  const version: number = parsed.version ?? 0;
  if (version > VERSION) throw new PreauError('NEWER_DATA', { found: version, known: VERSION });
  const { machineSalt, people, sheets, keys } = parsed;
  if (version !== VERSION || !machineSalt || !people || !sheets || !keys) {
    throw new PreauError('BAD_INPUT', { path: 'keys.json' });
  }
  return { version: VERSION, machineSalt, people, sheets, keys };
}

export const writeKeyring = (path: string, file: KeyringFile): Promise<void> =>
  writeAtomically(path, `${JSON.stringify(file, null, 1)}\n`);
