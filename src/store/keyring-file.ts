import { readFile } from 'node:fs/promises';
import type { Audience } from '../domain/audience';
import { PreauError } from '../domain/errors';
import { replaceAndErase, writeAtomically } from './atomic-file';
import type { Recipient } from './recipient';

/** The wraps of one data key. A wrap is base64 and opens with nothing but what its holder knows. */
export interface KeyWraps {
  /** From 0; a higher one was made because somebody left. Two keys of one generation may stand side by side. */
  readonly generation: number;
  /** The key's name (key-tag.ts); empty in a file of version 1 until the key was opened once. */
  readonly name: string;
  readonly machine?: string;
  /** By person. */
  readonly people: Readonly<Record<string, string>>;
  /** By sheet: `school`, or the person whose own sheet it is. */
  readonly sheets: Readonly<Record<string, string>>;
}

/** `keys.json`. It holds no key and no person's name: ids, public keys and wraps. */
export interface KeyringFile {
  readonly version: 2;
  /** Base64; makes this machine's wrapping key from its secret. */
  readonly machineSalt: string;
  readonly people: Readonly<Record<string, Recipient>>;
  readonly sheets: Readonly<Record<string, Recipient>>;
  readonly keys: Readonly<Record<Audience, readonly KeyWraps[]>>;
}

/** Version 1 knew one key an audience, and called its generation 1. */
type FirstWraps = Omit<KeyWraps, 'name'>;

interface Found {
  readonly version?: number;
  readonly machineSalt?: string;
  readonly people?: KeyringFile['people'];
  readonly sheets?: KeyringFile['sheets'];
  readonly keys?: Readonly<Record<Audience, FirstWraps>> | KeyringFile['keys'];
}

const VERSION = 2;

/** Undefined where there is no keyring yet. @throws PreauError `NEWER_DATA`, `BAD_INPUT` */
export async function readKeyring(path: string): Promise<KeyringFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  let parsed: Found;
  try {
    parsed = JSON.parse(text) as Found;
  } catch (cause) {
    throw new PreauError('BAD_INPUT', { path: 'keys.json' }, { cause });
  }
  const version: number = parsed.version ?? 0;
  if (version > VERSION) throw new PreauError('NEWER_DATA', { found: version, known: VERSION });
  const { machineSalt, people, sheets, keys } = parsed;
  if (version < 1 || !machineSalt || !people || !sheets || !keys) {
    throw new PreauError('BAD_INPUT', { path: 'keys.json' });
  }
  return { version: VERSION, machineSalt, people, sheets, keys: keysOf(keys) };
}

const keysOf = (keys: NonNullable<Found['keys']>): KeyringFile['keys'] =>
  Object.fromEntries(
    Object.entries(keys).map(([audience, found]: [Audience, FirstWraps | readonly KeyWraps[]]) => [
      audience,
      'people' in found ? [{ ...found, generation: 0, name: '' }] : found,
    ]),
  );

const textOf = (file: KeyringFile): string => `${JSON.stringify(file, null, 1)}\n`;

export const writeKeyring = (path: string, file: KeyringFile): Promise<void> =>
  writeAtomically(path, textOf(file));

/** The same where something was taken away: the former bytes are overwritten. */
export const writeKeyringOver = (path: string, file: KeyringFile): Promise<void> =>
  replaceAndErase(path, textOf(file));
