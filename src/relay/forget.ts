import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskShelf } from '../../sync-server/files/disk-shelf';
import { parseAudience, type Audience } from '../domain/audience';
import type { Clock } from '../domain/time';
import { latestDay } from '../domain/years/horizon';
import type { PosteReplica } from '../main/sync/poste-replica';
import { readAll } from '../main/years/documents';
import { FILES_WAIT_MS } from '../main/years/files';
import type { AudienceDatabase } from '../store/port';

const yearOf = (name: Audience): number | undefined => parseAudience(name)?.year;

/**
 * Bases of years that a head ended, among these. A relay has no year of its own: the school is in a later one where there is
 * a base of it, so that what is read in `parc` never takes the year that is under way.
 */
export function endedAmong(parc: AudienceDatabase, names: Iterable<Audience>): ReadonlySet<Audience> {
  const all = [...names];
  const latest = Math.max(0, ...all.map((name) => yearOf(name) ?? 0));
  const ended = new Set(readAll(parc, 'yearEnded').map(({ year }) => year));
  return new Set(
    all.filter((name) => {
      const year = yearOf(name);
      return year !== undefined && year < latest && ended.has(year);
    }),
  );
}

/**
 * What a relay lets go of: all it carries of ended years, and files that nobody has offered for 120 days of the school's. (What a
 * snapshot stands for goes as on every poste, with the next exchange.)
 */
export function createForgetting(deps: {
  readonly parc: AudienceDatabase;
  readonly log: PosteReplica['log'];
  readonly shelf: DiskShelf;
  readonly folder: string;
  readonly ended: () => ReadonlySet<Audience>;
  /** This computer's, in milliseconds: the earlier of it and the school's day counts. */
  readonly clock: Clock;
}): () => Promise<void> {
  const { parc, log, shelf, folder } = deps;
  let collected: string | undefined;
  return async () => {
    for (const name of deps.ended()) {
      await log.forget(name);
      await rm(join(folder, name), { recursive: true, force: true });
    }
    const day = latestDay(readAll(parc, 'horizon').map((one) => one.day));
    // Every file is looked at: once for each day of the school.
    if (day === undefined || day === collected) return;
    await shelf.collect(Math.min(Date.parse(day), deps.clock()) - FILES_WAIT_MS);
    collected = day;
  };
}
