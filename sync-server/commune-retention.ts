import type { Audience } from '../src/domain/audience';
import { isSealed, parseAudience } from '../src/domain/audience';
import { databaseName } from '../src/domain/audience';
import { isExpired, isLocalDay, type LocalDay } from '../src/domain/retention';
import type { DocumentBody, RevisionRecord } from '../src/store/port';
import { expiredRecord } from '../src/store/retention-tombstone';
import type { CommuneDocuments } from './commune-documents';
import type { CommuneKeys } from './commune-keys';
import { audiencesIn, dropAudience } from './commune-shelf';
import { serviceWriter } from './rules/author-roles';
import type { SchoolCache } from './school-cache';
import { rowOf, type StoredRevision } from './store/revisions';
import type { GatewayStore } from './store/shelf';

/** `z!horizon` {day, swept}: the school's day as a head's poste wrote it, and the day up to which all was swept. */
const HORIZON = 'z!horizon';
/** `y!2026` {done}: a year that a head ended. */
const yearId = (year: number): string => `y!${year}`;

/** Tombstones written at a time. */
const BATCH = 200;

export interface CommuneRetention {
  /** Records as they may be written: one that is kept no longer comes as the tombstone that every replica makes of it. */
  split(
    audience: Audience,
    records: readonly RevisionRecord[],
  ): { readonly living: readonly RevisionRecord[]; readonly ended: readonly RevisionRecord[] };
  /** Notes what taken records say of the school's day and of years. */
  note(audience: Audience, records: readonly RevisionRecord[]): Promise<void>;
  /** Ended: its base, keys and parcels are gone, and nothing of it is taken any more. */
  hasEnded(audience: Audience): boolean;
  /** Does what was noted and is not done yet; again after a crash. Two gateways at once write the same. */
  settle(): Promise<void>;
}

/** What the law wants gone goes here as on every poste: the same tombstone under the same horizon (docs/sync-decisions.md §3, 4). */
export function communeRetention(parts: {
  readonly store: GatewayStore;
  readonly uai: string;
  readonly cache: SchoolCache;
  readonly keys: CommuneKeys;
  readonly documents: CommuneDocuments;
  /** Every audience that a grant names. */
  readonly granted: () => readonly Audience[];
}): CommuneRetention {
  const { store, uai, cache, keys, documents } = parts;
  const dayIn = (field: 'day' | 'swept'): LocalDay | undefined => {
    const day = cache.get(HORIZON)?.[field];
    return isLocalDay(day) ? day : undefined;
  };
  const isGone = (body: DocumentBody, day: LocalDay | undefined): boolean =>
    day !== undefined && isExpired(body, day);

  async function sweep(audience: Audience, day: LocalDay): Promise<void> {
    const base = documents.base(audience);
    const writer = serviceWriter(uai, audience, 'retention', 'preau-gateway');
    let batch: RevisionRecord[] = [];
    const write = async (): Promise<void> => {
      await base.writeRevisions(batch.map(rowOf), writer);
      batch = [];
    };
    for await (const leaf of base.leaves()) {
      if (!isGone(bodyOf(leaf), day)) continue;
      const ancestors = await base.ancestors(leaf._id, leaf._rev);
      const record = { id: leaf._id, rev: leaf._rev, ancestors, deleted: false, body: bodyOf(leaf) };
      const ended = expiredRecord(keys.all(audience), record);
      if (ended) batch.push(ended);
      if (batch.length >= BATCH) await write();
    }
    if (batch.length > 0) await write();
  }

  async function end(year: number): Promise<void> {
    // A gateway may have died between a parcel and the head of its chain: what is granted is looked at as well.
    for (const audience of new Set([...parts.granted(), ...audiencesIn(cache)])) {
      if (parseAudience(audience)?.year !== year) continue;
      await dropAudience(cache, audience, async () => {
        documents.forget(audience);
        if (!isSealed(audience) && !(await store.destroy(databaseName(uai, audience))))
          // The administrator's provisioning does it (provision.ts reads the same mark).
          await cache.update(`w!${audience}`, (held) => (held ? undefined : { want: 'destroy' }));
      });
    }
    await cache.shelf.compact();
    await cache.update(yearId(year), (held) => ({ ...held, done: true }));
  }

  return {
    split(audience, records) {
      const day = dayIn('day');
      const living: RevisionRecord[] = [];
      const ended: RevisionRecord[] = [];
      for (const record of records) {
        const gone = !record.deleted && isGone(record.body, day);
        const stone = gone ? expiredRecord(keys.all(audience), record) : undefined;
        if (stone) ended.push(stone);
        else living.push(record);
      }
      return { living, ended };
    },
    async note(audience, records) {
      for (const { body, deleted } of records) {
        if (deleted) continue;
        const day = body['day'];
        if (audience === 'parc' && body.type === 'horizon' && isLocalDay(day))
          await cache.update(HORIZON, (held) =>
            String(held?.['day'] ?? '') >= day ? undefined : { ...held, day },
          );
        const year = body['year'];
        if (audience === 'parc' && body.type === 'yearEnded' && typeof year === 'number')
          await cache.update(yearId(year), (held) => (held ? undefined : {}));
      }
    },
    hasEnded(audience) {
      const year = parseAudience(audience)?.year;
      return year !== undefined && cache.get(yearId(year)) !== undefined;
    },
    async settle() {
      // Another gateway may have been taking a parcel in while this one let go of its year.
      const again = new Set([...audiencesIn(cache)].map((audience) => parseAudience(audience)?.year));
      for (const { _id, done } of cache.all('y!')) {
        const year = Number(_id.slice(2));
        if (done !== true || again.has(year)) await end(year);
      }
      const day = dayIn('day');
      if (day === undefined || day === dayIn('swept')) return;
      for (const audience of keys.audiences()) if (documents.isReady(audience)) await sweep(audience, day);
      await cache.shelf.compact();
      await cache.update(HORIZON, (held) => (held?.['day'] === day ? { ...held, swept: day } : undefined));
    },
  };
}

/** A document without what its database adds. */
function bodyOf(leaf: StoredRevision): DocumentBody {
  const own = Object.entries(leaf).filter(([name]) => name === '_id' || !name.startsWith('_'));
  // Judged when it was taken: it has its type and version.
  return Object.fromEntries(own) as unknown as DocumentBody;
}
