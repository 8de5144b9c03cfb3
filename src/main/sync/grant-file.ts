import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { grantSchema, type Grant, type GrantShelf } from '../../exchange';
import { writeAtomically } from '../../store/atomic-file';
import { seal, SealBroken, sealingKey, unseal } from '../../store/seal';

const PLACE = Buffer.from('preau/grants/1');
const fileSchema = v.array(grantSchema);

export interface GrantFile extends GrantShelf {
  /** What was kept and does not stand in `parc` yet. */
  readonly kept: readonly Grant[];
}

/**
 * Grants that came in a frame, ahead of the parcel of `parc` they stand in: who was put out stays out after a restart. A
 * broken file starts a new list: whoever brings what comes behind a revocation brings the revocation again.
 *
 * @param logKey seals parcels at rest; the file's own key comes from it
 * @param stands true for a grant that is a document of `parc` here: it needs no second place
 */
export async function openGrantFile(
  path: string,
  logKey: KeyObject,
  stands: (grant: Grant) => boolean,
): Promise<GrantFile> {
  const key = sealingKey(logKey.export(), 'preau/grants/1');
  const read = await readGrants(path, key);
  const kept = read.filter((grant) => !stands(grant));
  let held = new Map(kept.map((grant) => [grant.signature, grant] as const));
  let turn: Promise<unknown> = Promise.resolve();
  return {
    kept,
    keep(grant) {
      const mine = turn.then(async () => {
        if (held.has(grant.signature) || stands(grant)) return;
        const next = [...held.values(), grant].filter((one) => !stands(one));
        await writeAtomically(path, seal(key, JSON.stringify(next), PLACE));
        held = new Map(next.map((one) => [one.signature, one] as const));
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

async function readGrants(path: string, key: KeyObject): Promise<readonly Grant[]> {
  const sealed = await readFile(path).catch(() => undefined);
  if (!sealed) return [];
  try {
    const parsed = v.safeParse(fileSchema, JSON.parse(unseal(key, sealed, PLACE).toString('utf8')));
    return parsed.success ? parsed.output : [];
  } catch (error) {
    if (error instanceof SealBroken || error instanceof SyntaxError) return [];
    throw error;
  }
}
