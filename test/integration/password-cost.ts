import { join } from 'node:path';
import { readKeyring } from '../../src/store/keyring-file';
import type { StretchParameters } from '../../src/store/stretch';

/** A password's cost where a test proves something else: the product's is a third of a second each time. */
export const QUICK: StretchParameters = { algorithm: 'argon2id', memory: 64, passes: 1, lanes: 1 };

/** What guessing costs on a stolen disk, for everybody and every sheet that a computer's `keys.json` knows, each once. */
export async function costsAt(folder: string): Promise<string[]> {
  const { people = {}, sheets = {} } = (await readKeyring(join(folder, 'keys.json'))) ?? {};
  const costs = [...Object.values(people), ...Object.values(sheets)].map(
    ({ stretch: { memory, passes, lanes } }) => `${memory} KiB, ${passes} passes, ${lanes} lane`,
  );
  return [...new Set(costs)];
}
export const TRUE_COST = '65536 KiB, 3 passes, 1 lane';
