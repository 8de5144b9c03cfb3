import type { Id } from '../../domain/id';
import { standingOf, type Standing } from '../../domain/people/authority';
import { localDate } from '../../domain/time';
import type { AudienceDatabase } from '../../store/port';
import type { Platform } from '../capability';
import type { Timers } from '../cart/timers';
import type { SchoolDatabases } from './databases';
import { publishAccesses, publishContacts } from './guardians-published';
import { readFamilies } from './guardians-records';

/** What is published of guardians, kept in step by a poste that holds `direction`. Others do nothing. */
export interface GuardiansKeeper {
  /** Writes what differs; asked while it runs, it runs once more. */
  step(): Promise<void>;
  /** At the opening: soon, and nobody waits for it. */
  begin(): void;
  close(): Promise<void>;
}

/** An import writes hundreds of records: one look when it is quiet again. Milliseconds. */
const QUIET = 400;
/** It opens a base for each class: not while a poste starts. Milliseconds. */
const FIRST = 3000;
/** Codes expire and judgements begin while the poste is open. Milliseconds. */
const HOURLY = 60 * 60 * 1000;

export function createGuardiansKeeper(deps: {
  readonly platform: Pick<Platform, 'clock' | 'publish' | 'log'>;
  readonly databases: SchoolDatabases;
  readonly timeZone: () => string;
  readonly timers: Timers;
  readonly accessOf: (guardian: Id<'guardian'>) => Id<'portal'>;
}): GuardiansKeeper {
  const { databases, platform } = deps;
  const watched = new Map<AudienceDatabase, () => void>();
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let waiting: (() => void) | undefined;

  function soon(ms: number): void {
    waiting?.();
    if (!stopped) waiting = deps.timers.after(ms, () => void quietly());
  }
  async function quietly(): Promise<void> {
    await step().catch((error: unknown) => {
      platform.log.warn('guardians.failed', { error: error instanceof Error ? error.name : 'unknown' });
    });
  }
  /** Only what this keeper does not write itself. */
  function watch(db: AudienceDatabase, prefixes: readonly string[]): void {
    if (watched.has(db)) return;
    const end = db.onChange(({ id, foreign }) => {
      if (!prefixes.includes(id.slice(0, id.indexOf('_')))) return;
      soon(QUIET);
      if (foreign) platform.publish('guardians.changed', {});
    });
    watched.set(db, end);
  }

  async function look(): Promise<void> {
    if (!databases.readable('direction') || !databases.readable('ecole')) return;
    const direction = await databases.open('direction');
    const ecole = await databases.open('ecole');
    watch(direction, ['guardian', 'event']);
    watch(ecole, ['pupil', 'class', 'event']);
    watch(await databases.open('parc'), ['year']);
    const on = localDate(platform.clock(), deps.timeZone());
    const families = readFamilies(direction);
    const byPair = Map.groupBy(families.facts, ({ pupil, guardian }) => `${guardian} ${pupil}`);
    const standing = (guardian: string, pupil: string): Standing =>
      standingOf(byPair.get(`${guardian} ${pupil}`) ?? [], on);
    const school = { databases, direction, ecole, families, standing, on };
    const written = await publishContacts(school);
    const granted = await publishAccesses({ ...school, now: platform.clock(), accessOf: deps.accessOf });
    if (written || granted) platform.publish('guardians.changed', {});
    soon(HOURLY);
  }

  async function run(): Promise<void> {
    try {
      do {
        again = false;
        await look();
      } while (again && !stopped);
    } finally {
      // At once: who asks from here on starts a run of their own.
      running = undefined;
    }
  }
  function step(): Promise<void> {
    again = true;
    return (running ??= Promise.resolve().then(run));
  }

  return {
    step,
    begin: () => soon(FIRST),
    async close() {
      stopped = true;
      waiting?.();
      for (const end of watched.values()) end();
      await running?.catch(() => undefined);
    },
  };
}
