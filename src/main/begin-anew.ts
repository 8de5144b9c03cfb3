import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Keyring } from '../store/port-keys';
import { writeAtomically } from '../store/atomic-file';
import { sealingKey } from '../store/seal';
import type { Random } from './capability';
import { openStateFile } from './sync/state-file';
import { ParcelLog } from './sync/parcel-log';
import { newIdentity, writeIdentity, type Identity } from './postes/identity';

/**
 * A data folder that was put back by hand writes as the poste it was, whose chain the others know further: it exchanges
 * nothing any more (`OwnChainAhead`). It goes on as a new poste, with all that it holds: what was written here is offered under
 * the new name, and a head's poste welcomes it as a laptop rebuilt from a copy (postes/asking.ts).
 */
const MARK = 'begin-anew';
/** Of the former poste alone: its certificates, and the key of its door. */
const ITS_OWN: readonly string[] = ['poste-tls.sealed', 'devices'];

/** Wanted by a person: carried out when the school is next opened. Durable when it resolves. */
export const wantAnew = (folder: string): Promise<void> => writeAtomically(join(folder, MARK), '');

const isWanted = (folder: string): Promise<boolean> =>
  access(join(folder, MARK)).then(
    () => true,
    () => false,
  );

/**
 * Carries it out, before anything of the exchange is opened. Cut anywhere, it is done again: the mark goes last, and until the new
 * identity is written the former one is worked from.
 * @returns the identity to go on with
 */
export async function beginAnew(
  deps: { readonly folder: string; readonly keyring: Pick<Keyring, 'dataKey'>; readonly random: Random },
  former: Identity,
): Promise<Identity> {
  const { folder, keyring } = deps;
  if (!(await isWanted(folder))) return former;
  const schoolKey = keyring.dataKey('parc');
  // The part of the chain that others do not know would keep theirs out; what it says stands in the documents.
  const log = await ParcelLog.open(join(folder, 'parcels'), sealingKey(schoolKey, 'preau/parcel log/1'));
  for (const audience of log.audiences()) await log.cover(audience, new Map(), [former.poste]);
  await log.close();
  const state = await openStateFile(join(folder, 'sync.json'));
  await state.change({ restored: false, confirmed: {}, nonces: {}, theirs: [], ours: [] });
  for (const name of ITS_OWN) await rm(join(folder, name), { recursive: true, force: true });
  const made = newIdentity(deps.random, former.anchors);
  const next = { ...made, grants: former.grants, former: [...(former.former ?? []), former.poste] };
  await writeIdentity(folder, schoolKey, next);
  await rm(join(folder, MARK), { force: true });
  return next;
}
