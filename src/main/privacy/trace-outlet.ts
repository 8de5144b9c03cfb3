import { join } from 'node:path';
import { idFrom } from '../../domain/id';
import { sha256, utf8, type Signer } from '../../exchange';
import type { Id } from '../../domain/id';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import { sealingKey } from '../../store/seal';
import type { Random } from '../capability';
import { openJournal } from './journal';
import { boxOf, FIRST_PLACE, makeSheet, readSheet, type TraceBox } from './trace-sheet';
import type { TraceOutlet } from './tracer';

export interface OutletDeps {
  readonly folder: string;
  readonly parc: AudienceDatabase;
  readonly keyring: Pick<Keyring, 'has' | 'dataKey' | 'dataKeys' | 'generations'>;
  readonly identity: { readonly poste: Id<'poste'>; readonly signer: Signer };
  readonly random: Random;
  /** This computer may write what only a head's computer may. */
  readonly isHead: () => boolean;
}

interface TraceBoxDocument extends DocumentBody {
  readonly type: 'traceBox';
  readonly generation: number;
  readonly box: string;
}

/** Boxes that this computer can open: one a key of `traces`. */
export function boxesHeld(keyring: OutletDeps['keyring']): TraceBox[] {
  return keyring.has('traces') ? keyring.dataKeys('traces').map(boxOf) : [];
}

/** The box to which sheets are sealed today: of the latest generation, and of two the same one on every poste. */
function currentBox(parc: AudienceDatabase): string | undefined {
  return parc
    .all<TraceBoxDocument>('traceBox')
    .map(({ body }) => body)
    .filter(({ box, generation }) => /^[A-Za-z0-9_-]{43}$/.test(box) && Number.isSafeInteger(generation))
    .sort((a, b) => b.generation - a.generation || (a.box < b.box ? -1 : 1))[0]?.box;
}

/** On a head's poste that holds `traces`: says where sheets are sealed to. Again is harmless. */
export async function publishBoxes({ parc, keyring, isHead }: OutletDeps): Promise<void> {
  if (!isHead() || !keyring.has('traces')) return;
  const generations = keyring.generations('traces');
  for (const [at, box] of boxesHeld(keyring).entries()) {
    const _id = idFrom('school', sha256(utf8(`trace box ${box.publicKey}`)));
    if (parc.get(_id)) continue;
    const body: TraceBoxDocument = {
      _id,
      type: 'traceBox',
      v: 1,
      generation: generations[at] ?? 0,
      box: box.publicKey,
    };
    await parc.put(body);
  }
}

/** The journal of this computer, and the sheets it becomes. */
export async function openOutlet(deps: OutletDeps): Promise<TraceOutlet> {
  const { parc, keyring, identity } = deps;
  const own = parc
    .all('traceSheet')
    .flatMap(({ body }) => readSheet(body) ?? [])
    .filter(({ poste }) => poste === identity.poste)
    .sort((a, b) => b.to - a.to)[0];
  const onSheets = own ? { n: own.to, head: own.head, at: own.at } : FIRST_PLACE;
  const journal = await openJournal(
    join(deps.folder, 'traces', `${identity.poste}.journal`),
    sealingKey(keyring.dataKey('parc'), 'preau/trace journal/1'),
    onSheets,
  );
  // A sheet that was written, and the end of the process before the file knew it.
  if (onSheets.n > journal.place.n) await journal.drop(onSheets);
  return {
    journal,
    async write(place, entries) {
      await publishBoxes(deps);
      const box = currentBox(parc);
      if (box === undefined) return undefined;
      const { poste, signer } = identity;
      const made = makeSheet({ poste, signer, box, place, entries, seed: deps.random(32) });
      if (!parc.get(made.sheet._id)) await parc.put(made.sheet);
      return made.place;
    },
  };
}
