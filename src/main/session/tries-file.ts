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

/** @param most how many names are remembered; the oldest make room */
export function memoryTries(most = Infinity): TriesStore {
  const tries = new Map<string, Tried>();
  return {
    get: (who) => tries.get(who),
    set: (who, tried) => {
      tries.delete(who);
      if (tried) tries.set(who, tried);
      if (tries.size > most) tries.delete(tries.keys().next().value ?? '');
      return Promise.resolve();
    },
  };
}

/** Who waited longest makes room. */
const MOST = 500;
/** What is counted on the disk: people of the school. Identifiers that nobody has must never push their counts out. */
const OF_PERSON = /^(day code \S+ )?staff_[a-z2-7]{13}$/;
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
  const others = memoryTries(MOST);
  const nameOf = (who: string): string =>
    createHmac('sha256', file.salt).update(who).digest('base64url').slice(0, 22);
  /** One at a time, the newest content last. */
  let writing: Promise<void> = Promise.resolve();
  function save(): Promise<void> {
    const write = (): Promise<void> => writeAtomically(path, JSON.stringify(file));
    return (writing = writing.then(write, write));
  }
  return {
    get: (who) => (OF_PERSON.test(who) ? file.tries[nameOf(who)] : others.get(who)),
    async set(who, tried) {
      if (!OF_PERSON.test(who)) return others.set(who, tried);
      const { [nameOf(who)]: before, ...rest } = file.tries;
      if (!before && !tried) return;
      const kept = Object.entries(rest)
        .sort(([, a], [, b]) => b.until - a.until)
        .slice(0, MOST - 1);
      file = { ...file, tries: { ...Object.fromEntries(kept), ...(tried ? { [nameOf(who)]: tried } : {}) } };
      await save();
    },
  };
}
