import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { refusalKey, refusalSchema, type Refusal, type RefusalShelf } from '../../exchange';
import { writeAtomically } from '../../store/atomic-file';

const fileSchema = v.array(refusalSchema);

/** Refusals of a poste in one small file of ids and codes: durable, never a name. A broken file starts a new list. */
export async function openRefusalFile(path: string): Promise<RefusalShelf> {
  const text = await readFile(path, 'utf8').catch(() => '[]');
  const parsed = v.safeParse(fileSchema, parse(text));
  // The parcels are kept all the same: what is refused shows again when they are judged again.
  let list = new Map((parsed.success ? parsed.output : []).map((one) => [refusalKey(one), one] as const));
  let turn: Promise<unknown> = Promise.resolve();

  /** One writing at a time; what the disk did not take is not in the list either, so that it is written when it comes again. */
  function change(make: (list: Map<string, Refusal>) => boolean): Promise<void> {
    const mine = turn.then(async () => {
      const next = new Map(list);
      if (!make(next)) return;
      await writeAtomically(path, JSON.stringify([...next.values()]));
      list = next;
    });
    turn = mine.catch(() => undefined);
    return mine;
  }

  return {
    all: () => Promise.resolve([...list.values()]),
    add: (refusals) =>
      change((next) => {
        const fresh = refusals.filter((one) => next.get(refusalKey(one))?.reason !== one.reason);
        for (const refusal of fresh) next.set(refusalKey(refusal), refusal);
        return fresh.length > 0;
      }),
    remove: (refusals) =>
      change((next) => refusals.filter((refusal) => next.delete(refusalKey(refusal))).length > 0),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}
