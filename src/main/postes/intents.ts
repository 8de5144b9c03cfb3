import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { audienceSchema } from '../../domain/exchange/words';
import { idSchema } from '../../exchange';
import { writeAtomically } from '../../store/atomic-file';

/** A departure that is under way: carried out step by step, each of which may be done twice. Ids and key names only. */
const intentSchema = v.strictObject({
  /** Postes to put out. */
  out: v.array(idSchema('poste')),
  /** Postes that lose audiences and keep the rest. */
  narrow: v.array(
    v.strictObject({
      poste: idSchema('poste'),
      /** Whose grants there; of the poste's first one where left out. */
      person: v.optional(idSchema('staff')),
      lost: v.array(audienceSchema),
    }),
  ),
  /** People who work on that computer no more, where others go on. */
  ending: v.optional(v.array(v.strictObject({ poste: idSchema('poste'), person: idSchema('staff') }))),
  /** Who leaves the school. */
  person: v.optional(idSchema('staff')),
  /** Audience → the key in use when it was decided: exchanged unless another one is in use by now. */
  rotate: v.record(audienceSchema, v.string()),
  /** The head's key that signed when it was decided, where whoever leaves has known it: ended unless it was by now. */
  headKey: v.optional(v.string()),
});
export type Intent = v.InferOutput<typeof intentSchema>;

export interface Intents {
  all(): readonly Intent[];
  add(intent: Intent): Promise<void>;
  remove(intent: Intent): Promise<void>;
}

/** @throws v.ValiError for a file that is none: what was to be closed must not be forgotten silently */
export async function openIntents(folder: string): Promise<Intents> {
  const path = join(folder, 'departures.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  let list = v.parse(v.array(intentSchema), JSON.parse(text));
  const save = async (next: Intent[]): Promise<void> => {
    await writeAtomically(path, JSON.stringify(next));
    list = next;
  };
  return {
    all: () => list,
    add: (intent) => save([...list, intent]),
    remove: (intent) => save(list.filter((one) => one !== intent)),
  };
}
