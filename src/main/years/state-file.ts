import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { audienceSchema } from '../../domain/exchange/words';
import { isLocalDay, type LocalDay } from '../../domain/retention';
import { id } from '../../contract/define';
import { writeAtomically } from '../../store/atomic-file';

/** What this poste remembers of its years. Ids, numbers and days; without it a sweep is done once more. */
const stateSchema = v.object({
  /** The horizon each base was last swept under. */
  swept: v.record(audienceSchema, v.custom<LocalDay>(isLocalDay)),
  /** Bases that forgot documents and whose parcels still hold them: no snapshot could be made yet. */
  owed: v.optional(v.array(audienceSchema), []),
  /** The year for which everybody was last given what they may read. */
  entitled: v.optional(v.number()),
  /** Bases of ended years in which something was written here that nobody took: kept apart until a person decides. */
  late: v.record(
    audienceSchema,
    v.object({ after: v.number(), count: v.number(), people: v.array(id('staff')) }),
  ),
});
export type YearsFileState = v.InferOutput<typeof stateSchema>;
export type LateBase = YearsFileState['late'][string];

export interface YearsFile {
  get(): YearsFileState;
  change(part: Partial<YearsFileState>): Promise<void>;
}

export async function openYearsFile(path: string): Promise<YearsFile> {
  let state: YearsFileState = { swept: {}, owed: [], late: {} };
  try {
    const parsed = v.safeParse(stateSchema, JSON.parse(await readFile(path, 'utf8')));
    if (parsed.success) state = parsed.output;
  } catch {
    // Missing or broken: bases are swept again, late work is found again where it stands.
  }
  return {
    get: () => state,
    async change(part) {
      state = { ...state, ...part };
      await writeAtomically(path, JSON.stringify(state));
    },
  };
}

/** Parcels of that base still hold what its documents forgot: a snapshot is due, now or when one can be made. */
export const owe = (file: YearsFile, name: string): Promise<void> =>
  file.change({ owed: [...new Set([...file.get().owed, name])] });
