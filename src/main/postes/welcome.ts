import type { Audience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import { toText } from '../../exchange';
import type { Platform } from '../capability';
import { readBox } from './box';
import { grantPerson, grantTo, type Entitlement, type GrantDeps } from './grants';
import type { Newcomer, Welcome } from './introduction-messages';
import { readRecovery } from './recovery';

export interface WelcomeDeps {
  readonly platform: Platform;
  readonly grants: () => Promise<GrantDeps>;
  readonly anchors: () => readonly string[];
  readonly entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>;
  /** Signs what the directory gives and no grant says yet. */
  readonly refresh: () => Promise<void>;
  /** Seals keys to a poste that was just granted. */
  readonly sealKeys: () => Promise<void>;
  /** The keys of an audience, where this poste holds them open. */
  readonly keysOf: (audience: Audience) => readonly { readonly key: Buffer; readonly generation: number }[];
}

/** Whom the door is open for: a person's computer, one that the sheet will open, the relay. */
export type Guest =
  | { readonly for: 'person'; readonly person: Id<'staff'> }
  | { readonly for: 'restore' }
  | { readonly for: 'relay' };

/**
 * What a newcomer is given, once a person has said that it is the right one: its owner's keys and no others.
 * @throws PreauError `NOT_FOUND` for somebody the school does not know any more, `FORBIDDEN` for a relay where no
 * head's key is at hand
 */
export async function welcomeFor(deps: WelcomeDeps, guest: Guest, newcomer: Newcomer): Promise<Welcome> {
  const { poste, key } = newcomer;
  // A class that was made a moment ago: what this poste may hold itself is said before anybody exchanges with it.
  await deps.refresh();
  const grants = await deps.grants();
  const { head, book, parc } = grants;
  const common = {
    school: book.school,
    anchors: [...deps.anchors()],
    // Who is of the school; what stands for old parcels comes with them, and would make this answer too long.
    grants: book.all().filter(({ kind }) => kind !== 'consolidation'),
  };
  if (guest.for === 'restore') {
    const recovery = readRecovery(parc, book.school);
    return { ...common, person: null, keys: [], granted: false, ...(recovery ? { recovery } : {}) };
  }
  if (guest.for === 'relay') {
    if (!head) throw new PreauError('FORBIDDEN', { action: 'sync.manage' });
    const audiences: Audience[] = ['parc'];
    const own = { poste, key, person: null, roles: [], audiences, carries: true };
    const grant = await grantTo({ ...grants, head }, own);
    const known = [...common.grants, grant];
    return { ...common, grants: known, person: null, keys: keysFor(deps, audiences), granted: true };
  }
  const { person } = guest;
  const wanted = await deps.entitlementOf(person);
  if (!wanted) throw new PreauError('NOT_FOUND', { kind: 'staff' });
  // Without a head's key here the newcomer reads what it was given, and is believed once a head has signed.
  const granted = head ? await grantPerson({ ...grants, head }, { poste, key, person }, wanted) : [];
  if (!head) await askForGrant(deps, grants, { poste, key, person });
  else await putBox(grants, newcomer).then(deps.sealKeys);
  return {
    ...common,
    grants: [...common.grants, ...granted],
    person,
    keys: keysFor(deps, wanted.audiences),
    granted: head !== undefined,
  };
}

const keysFor = (deps: WelcomeDeps, audiences: readonly Audience[]): Welcome['keys'] =>
  audiences.flatMap((audience) =>
    deps.keysOf(audience).map(({ key, generation }) => ({ audience, key: toText(key), generation })),
  );

/** Written here, the keys that are sealed to it come with its first exchange. */
async function putBox({ parc }: GrantDeps, { poste, key, box }: Newcomer): Promise<void> {
  const document = box && { _id: poste, type: 'posteBox', v: 1, poste, ...box };
  if (document && readBox(document, () => [key]) && !parc.get(poste)) await parc.put(document);
}

/** A request stands in `parc` until a head accepts it (src/main/postes/requests.ts). */
async function askForGrant(
  { platform }: WelcomeDeps,
  { parc }: GrantDeps,
  request: { readonly poste: Id<'poste'>; readonly key: string; readonly person: Id<'staff'> },
): Promise<void> {
  await parc.put({ _id: idFrom('event', platform.random(9)), type: 'grantRequest', v: 1, ...request });
}
