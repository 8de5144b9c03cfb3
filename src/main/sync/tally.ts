import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseAudience, type Audience } from '../../domain/audience';
import { kindOfType, priorityOfKind, WAITING_KINDS, type WaitingKind } from '../../domain/sync/kinds';
import { writeAtomically } from '../../store/atomic-file';
import type { AudienceDatabase, Store } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import { CONFLICT_TYPES } from './conflicts';

/**
 * What waits, and how many conflicts there are, without opening a base that nobody has opened: LevelDB's own log tells
 * whether anything was written since the last count. A base that is open is counted in memory, from where it was.
 */
const entrySchema = v.object({
  /** LevelDB's log as it was (name and size); another one means that something may have been written. */
  stamp: v.string(),
  confirmed: v.number(),
  kinds: v.record(v.picklist(WAITING_KINDS), v.number()),
  conflicts: v.number(),
});
type Entry = v.InferOutput<typeof entrySchema>;
const fileSchema = v.record(v.string(), entrySchema);

export interface Count {
  readonly all: number;
  readonly urgent: number;
  readonly kinds: readonly { readonly kind: WaitingKind; readonly count: number }[];
  readonly conflicts: number;
}

export interface Tally {
  /** @param confirmed own sequences that stand elsewhere, by audience */
  count(audiences: Iterable<Audience>, confirmed: Readonly<Record<Audience, number>>): Promise<Count>;
}

export interface TallyDeps {
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'has'>;
  /** The data folder: its `databases` are looked at, never opened here. */
  readonly folder: string;
}

/** A base that is open: changes that wait, by document, up to where it was read. */
interface Live {
  readonly database: AudienceDatabase;
  readonly waiting: Map<string, { readonly seq: number; readonly kind: WaitingKind }>;
  readTo: number;
}
const PAGE = 1000;

export async function openTally({ store, keyring, folder }: TallyDeps): Promise<Tally> {
  const path = join(folder, 'waiting.json');
  const saved = new Map<Audience, Entry>(Object.entries(await readSaved(path)));
  const live = new Map<Audience, Live>();
  let turn: Promise<unknown> = Promise.resolve();

  async function entryOf(audience: Audience, confirmed: number): Promise<Entry> {
    const stamp = await stampOf(join(folder, 'databases', audience));
    const known = saved.get(audience);
    const nothing = stamp === '' ? { stamp, confirmed, kinds: {}, conflicts: 0 } : undefined;
    if (nothing) return nothing;
    // Nothing was written since: what was confirmed meanwhile can only be all of it.
    if (known?.stamp === stamp && (known.confirmed === confirmed || sum(known) === 0)) return known;
    const { waiting, conflicts } = await read(audience, confirmed);
    const kinds: Partial<Record<WaitingKind, number>> = {};
    for (const { kind } of waiting.values()) kinds[kind] = (kinds[kind] ?? 0) + 1;
    const entry = { stamp: await stampOf(join(folder, 'databases', audience)), confirmed, kinds, conflicts };
    saved.set(audience, entry);
    return entry;
  }

  async function read(
    audience: Audience,
    confirmed: number,
  ): Promise<{ waiting: Live['waiting']; conflicts: number }> {
    const database = await store.open(audience);
    let one = live.get(audience);
    // Closed and opened again: its memory is another one.
    if (one?.database !== database) {
      one = { database, waiting: new Map(), readTo: confirmed };
      live.set(audience, one);
    }
    for (;;) {
      const page = await database.changesSince(one.readTo, PAGE);
      for (const { id, seq, foreign, record } of page) {
        if (foreign) one.waiting.delete(id);
        else one.waiting.set(id, { seq, kind: kindOfType(record.body.type) });
        one.readTo = seq;
      }
      if (page.length < PAGE) break;
    }
    for (const [id, { seq }] of one.waiting) if (seq <= confirmed) one.waiting.delete(id);
    const may = parseAudience(audience)?.kind === 'classe';
    const conflicts = may
      ? CONFLICT_TYPES.flatMap((type) => database.all(type)).filter((held) => held.conflicts.length > 0)
          .length
      : 0;
    return { waiting: one.waiting, conflicts };
  }

  async function count(
    audiences: Iterable<Audience>,
    confirmed: Readonly<Record<Audience, number>>,
  ): Promise<Count> {
    const kinds = new Map<WaitingKind, number>();
    let conflicts = 0;
    const before = JSON.stringify([...saved]);
    for (const audience of audiences) {
      if (!keyring.has(audience)) continue;
      const entry = await entryOf(audience, confirmed[audience] ?? 0);
      conflicts += entry.conflicts;
      for (const kind of WAITING_KINDS) kinds.set(kind, (kinds.get(kind) ?? 0) + (entry.kinds[kind] ?? 0));
    }
    if (JSON.stringify([...saved]) !== before)
      await writeAtomically(path, JSON.stringify(Object.fromEntries(saved)));
    const list = WAITING_KINDS.map((kind) => ({ kind, count: kinds.get(kind) ?? 0 })).filter(
      (one) => one.count > 0,
    );
    const total = (some: typeof list): number => some.reduce((all, one) => all + one.count, 0);
    const urgent = total(list.filter(({ kind }) => priorityOfKind(kind) === 'urgent'));
    return { all: total(list), urgent, kinds: list, conflicts };
  }

  return {
    count(audiences, confirmed) {
      const next = turn.then(() => count(audiences, confirmed));
      turn = next.catch(() => undefined);
      return next;
    },
  };
}

const sum = ({ kinds }: Entry): number => Object.values(kinds).reduce((all, one) => all + one, 0);

/** Empty where there is no base. Every write makes the log longer, or begins another one. */
async function stampOf(folder: string): Promise<string> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.log')).sort();
  const sizes = await Promise.all(
    names.map(
      async (name) => `${name}:${String((await stat(join(folder, name)).catch(() => ({ size: -1 }))).size)}`,
    ),
  );
  return sizes.join(',');
}

async function readSaved(path: string): Promise<v.InferOutput<typeof fileSchema>> {
  try {
    const parsed = v.safeParse(fileSchema, JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.output : {};
  } catch {
    // Counted again from the bases.
    return {};
  }
}
