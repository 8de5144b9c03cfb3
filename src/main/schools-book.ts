import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { OPAQUE_LENGTH, opaque } from '../domain/id';
import { schoolKey } from '../contract/staff/schools';
import { writeAtomically } from '../store/atomic-file';

/** The first school of a computer lies where it always lay. */
const FIRST = 'school';
const LIMIT = 20;

const bookSchema = v.object({
  v: v.literal(1),
  /** The one that was open last. */
  last: schoolKey,
  /** Names of schools that are closed, for the list. Kept only where there are several. */
  names: v.record(schoolKey, v.pipe(v.string(), v.maxLength(200))),
});

/** The schools of one poste: which folders there are, what they are called, which was open last. */
export interface SchoolsBook {
  keys(): readonly string[];
  last(): string;
  folder(key: string): string;
  /** Holds a school, or the beginning of one. */
  has(key: string): boolean;
  nameOf(key: string): string | undefined;
  opened(key: string): Promise<void>;
  rename(key: string, name: string): Promise<void>;
  /** @returns the key of a new place; undefined where there are too many */
  add(): Promise<string | undefined>;
  /** Takes places away in which no school was ever made, but for the one that is open. */
  prune(open?: string): Promise<void>;
}

/** A lost or broken file costs the names: which schools there are is read from the folders. */
export async function openSchoolsBook(
  root: string,
  random: (bytes: number) => Uint8Array,
): Promise<SchoolsBook> {
  const path = join(root, 'schools.json');
  const folder = (key: string): string => (key === FIRST ? join(root, FIRST) : join(root, 'schools', key));
  const has = (key: string): boolean => existsSync(join(folder(key), 'keys.json'));
  let book: v.InferOutput<typeof bookSchema> = { v: 1, last: FIRST, names: {} };
  try {
    const parsed = v.safeParse(bookSchema, JSON.parse(await readFile(path, 'utf8')));
    if (parsed.success) book = parsed.output;
  } catch {
    // Nothing written yet, or nothing that can be read.
  }
  const added = (): string[] => {
    try {
      return readdirSync(join(root, 'schools')).filter(
        (name) => v.is(schoolKey, name) && name.length === OPAQUE_LENGTH,
      );
    } catch {
      return [];
    }
  };
  const keys = (): string[] => [...(has(FIRST) || added().length === 0 ? [FIRST] : []), ...added().sort()];
  async function change(part: Partial<typeof book>): Promise<void> {
    book = { ...book, ...part };
    await mkdir(root, { recursive: true });
    await writeAtomically(path, JSON.stringify(book));
  }
  return {
    keys,
    folder,
    has,
    last: () => (keys().includes(book.last) ? book.last : (keys().find(has) ?? FIRST)),
    nameOf: (key) => (Object.hasOwn(book.names, key) ? book.names[key] : undefined),
    async opened(key) {
      if (book.last !== key) await change({ last: key });
    },
    async rename(key, name) {
      if (keys().length > 1 && book.names[key] !== name)
        await change({ names: { ...book.names, [key]: name } });
    },
    async add() {
      if (keys().length >= LIMIT) return undefined;
      const key = opaque(random(9));
      await mkdir(folder(key), { recursive: true });
      return key;
    },
    async prune(open) {
      for (const key of added()) {
        if (key === open) continue;
        // Databases without keys were a class in a hurry on a computer without a keychain: not ours to delete here.
        if (has(key) || existsSync(join(folder(key), 'databases'))) continue;
        await rm(folder(key), { recursive: true, force: true, maxRetries: 3 });
      }
    },
  };
}
