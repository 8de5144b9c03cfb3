import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { refusalKey, refusalSchema, type Refusal, type RefusalShelf } from '../../exchange';
import { writeAtomically } from '../../store/atomic-file';

const fileSchema = v.array(refusalSchema);

/** Refusals of a poste in one small file of ids and codes: durable, never a name. A broken file starts a new list. */
export async function openRefusalFile(path: string): Promise<RefusalShelf> {
  const list = new Map<string, Refusal>();
  const text = await readFile(path, 'utf8').catch(() => '[]');
  const parsed = v.safeParse(fileSchema, parse(text));
  // The parcels are kept all the same: what is refused shows again when they are judged again.
  if (parsed.success) for (const refusal of parsed.output) list.set(refusalKey(refusal), refusal);
  const save = (): Promise<void> => writeAtomically(path, JSON.stringify([...list.values()]));
  return {
    all: () => Promise.resolve([...list.values()]),
    async add(refusals) {
      const fresh = refusals.filter((refusal) => list.get(refusalKey(refusal))?.reason !== refusal.reason);
      for (const refusal of fresh) list.set(refusalKey(refusal), refusal);
      if (fresh.length > 0) await save();
    },
    async remove(refusals) {
      const gone = refusals.filter((refusal) => list.delete(refusalKey(refusal)));
      if (gone.length > 0) await save();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}
