import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { instantAt, type Clock } from '../../domain/time';
import { writeAtomically } from '../../store/atomic-file';

/**
 * The instant that dated rights are judged on: the latest of this computer's clock, the beginning of the school's day and
 * the highest instant this poste has seen. A clock that is set back revives nothing.
 */
export interface RightsClock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** How far this computer's clock is behind, in milliseconds: it is wrong, or it was once set ahead. */
  behind(): number;
  /** Delegations that this poste has seen end are ended here, whatever the time says afterwards. */
  ended(id: string): boolean;
  /** Durable when it resolves. */
  sawEnd(ids: readonly string[]): Promise<void>;
  /** A head says that the clock is right now: what was seen before is forgotten, what has ended stays ended. */
  correct(): Promise<void>;
  /** Writes what was seen; a poste that is killed forgets a minute at the most. */
  save(): Promise<void>;
}

export interface RightsClockDeps {
  readonly folder: string;
  readonly clock: Clock;
  /** The school's day (src/main/years/horizon.ts), where one is known. */
  readonly horizon: () => string | undefined;
  readonly timeZone: () => string;
}

const schema = v.object({ seen: v.number(), ended: v.array(v.string()) });
type Kept = v.InferOutput<typeof schema>;
/** The newest ends; older delegations are gone with their year. */
const ENDED_MAX = 2000;

export async function openRightsClock(deps: RightsClockDeps): Promise<RightsClock> {
  const path = join(deps.folder, 'rights-clock.json');
  const kept = await read(path);
  let { seen } = kept;
  const ended = new Set(kept.ended);
  let writing: Promise<void> = Promise.resolve();

  function schoolDay(): number {
    const day = deps.horizon();
    return day === undefined ? -Infinity : instantAt(day, 0, deps.timeZone());
  }
  function now(): number {
    seen = Math.max(seen, deps.clock(), schoolDay());
    return seen;
  }
  const write = (): Promise<void> =>
    (writing = writing
      .catch(() => undefined)
      .then(() => {
        const file: Kept = { seen, ended: [...ended].slice(-ENDED_MAX) };
        return writeAtomically(path, JSON.stringify(file));
      }));

  return {
    now,
    behind: () => now() - deps.clock(),
    ended: (id) => ended.has(id),
    async sawEnd(ids) {
      const before = ended.size;
      for (const id of ids) ended.add(id);
      if (ended.size > before) await write();
    },
    async correct() {
      seen = -Infinity;
      now();
      await write();
    },
    async save() {
      now();
      await write();
    },
  };
}

/** A file that cannot be read is none: what has ended is ended in `ecole` as well, once a head's poste has seen it. */
async function read(path: string): Promise<Kept> {
  try {
    return v.parse(schema, JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return { seen: -Infinity, ended: [] };
  }
}
