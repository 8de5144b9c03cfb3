import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeAtomically } from '../../store/atomic-file';

/** Wrong tries of somebody: how many, and until when the next one waits (milliseconds since 1970). */
export interface Tried {
  readonly count: number;
  readonly until: number;
}

/** Where wrong tries stand: stopping the poste must not give new ones. */
export interface TriesStore {
  get(who: string): Tried | undefined;
  /** On the disk when it resolves. @throws PreauError `DISK_FULL` */
  set(who: string, tried: Tried | undefined): Promise<void>;
}

export function memoryTries(): TriesStore {
  const tries = new Map<string, Tried>();
  return {
    get: (who) => tries.get(who),
    set: (who, tried) => {
      if (tried) tries.set(who, tried);
      else tries.delete(who);
      return Promise.resolve();
    },
  };
}

/** Whoever guesses at random identifiers fills the file no further; who waited longest makes room. */
const MOST = 500;
const schema = v.strictObject({
  salt: v.pipe(v.string(), v.maxLength(64)),
  tries: v.record(
    v.pipe(v.string(), v.regex(/^[\w-]{22}$/)),
    v.strictObject({
      count: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      until: v.pipe(v.number(), v.finite()),
    }),
  ),
});

/**
 * `sign-in-tries.json`. By a salted hash: somebody who types a password into the wrong field must not leave it here. A file
 * that cannot be read is begun again; who can damage it could also copy the folder and guess elsewhere, at Argon2id's price.
 */
export function openTriesFile(dataFolder: string): TriesStore {
  const path = join(dataFolder, 'sign-in-tries.json');
  let file: v.InferOutput<typeof schema> = { salt: randomBytes(16).toString('base64'), tries: {} };
  try {
    const parsed = v.safeParse(schema, JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) file = parsed.output;
  } catch (error) {
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const nameOf = (who: string): string =>
    createHmac('sha256', file.salt).update(who).digest('base64url').slice(0, 22);
  /** One at a time, the newest content last. */
  let writing: Promise<void> = Promise.resolve();
  function save(): Promise<void> {
    const write = (): Promise<void> => writeAtomically(path, JSON.stringify(file));
    return (writing = writing.then(write, write));
  }
  return {
    get: (who) => file.tries[nameOf(who)],
    async set(who, tried) {
      const { [nameOf(who)]: before, ...others } = file.tries;
      if (!before && !tried) return;
      const kept = Object.entries(others)
        .sort(([, a], [, b]) => b.until - a.until)
        .slice(0, MOST - 1);
      file = { ...file, tries: { ...Object.fromEntries(kept), ...(tried ? { [nameOf(who)]: tried } : {}) } };
      await save();
    },
  };
}
