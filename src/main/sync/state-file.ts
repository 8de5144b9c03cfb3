import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { FILE_STOPS } from '../../domain/sync/moments';
import { refusalSchema } from '../../exchange';
import { writeAtomically } from '../../store/atomic-file';

/** What a poste remembers about its exchanges: numbers, ids and codes. Losing it costs one longer run and nothing else. */
const runSchema = v.object({
  at: v.string(),
  outcome: v.picklist(['done', 'no-line', 'refused', 'stalled', 'failed']),
  reason: v.optional(v.string()),
  up: v.number(),
  down: v.number(),
  sent: v.number(),
  received: v.number(),
});
export type RunRecord = v.InferOutput<typeof runSchema>;

const stateSchema = v.object({
  commune: v.optional(v.object({ url: v.string(), uai: v.string() })),
  /** The last challenge each other side gave; signing at once saves a request. */
  nonces: v.record(v.string(), v.string()),
  /** Keys the commune has: `audience key-id`. */
  keysSent: v.array(v.string()),
  /** Last run with the commune, and the last that went through. */
  last: v.optional(runSchema),
  lastDone: v.optional(runSchema),
  /** When another poste was last heard, by its id. */
  postes: v.record(v.string(), runSchema),
  /** Own sequences that stand somewhere else than here, by audience. */
  confirmed: v.record(v.string(), v.number()),
  /** What others do not take from us. */
  theirs: v.array(refusalSchema),
  /** Whole parcels of others that we do not take. */
  ours: v.array(refusalSchema),
  /** Runs with the commune, one after the other, that did not go through. */
  failures: v.optional(v.number(), 0),
  /** Last look for neighbours, in milliseconds. */
  peersTried: v.optional(v.number()),
  /** Networks on which a poste of the school was met (place.ts). */
  networks: v.optional(v.pipe(v.array(v.string()), v.maxLength(40)), []),
  /** When this poste came into use, in milliseconds: a school of today needs no alarm about copies. */
  since: v.optional(v.number()),
  /** This clock beside the commune's at the last run with it: how far ahead, and when, in milliseconds of this one. */
  clock: v.optional(v.object({ ahead: v.number(), at: v.number() })),
  /** Others hold more of this poste's own chain than it does: what it wrote on would be a second chain of the same name. */
  restored: v.optional(v.boolean(), false),
  /** Files as the last run that took care of them left them: what is named and not here, and why the first did not come. */
  files: v.optional(
    v.object({
      waiting: v.number(),
      bytes: v.number(),
      stopped: v.optional(v.picklist(FILE_STOPS)),
      wrong: v.number(),
    }),
  ),
  /** Last copy on a key, in milliseconds. */
  copied: v.optional(v.number()),
});
export type SyncState = v.InferOutput<typeof stateSchema>;

const EMPTY: SyncState = {
  nonces: {},
  keysSent: [],
  postes: {},
  confirmed: {},
  theirs: [],
  ours: [],
  failures: 0,
  networks: [],
  restored: false,
};

export interface StateFile {
  get(): SyncState;
  change(part: Partial<SyncState>): Promise<void>;
}

export async function openStateFile(path: string): Promise<StateFile> {
  let state = EMPTY;
  try {
    const parsed = v.safeParse(stateSchema, JSON.parse(await readFile(path, 'utf8')));
    if (parsed.success) state = parsed.output;
  } catch {
    // Missing or broken: the next run asks the other side what it holds, as always.
  }
  /** One write at a time: two into one draft would leave none. */
  let writing: Promise<void> = Promise.resolve();
  return {
    get: () => state,
    change(part) {
      state = { ...state, ...part };
      const write = (): Promise<void> => writeAtomically(path, JSON.stringify(state));
      writing = writing.then(write, write);
      return writing;
    },
  };
}
