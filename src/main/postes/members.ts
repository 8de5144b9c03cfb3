import type { Audience } from '../../domain/audience';
import { parseAudience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { keyIdOf, type PosteGrant } from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import { createGrantEnds, type GrantEndsDeps, type SigningDeps } from './grant-ends';
import { refreshPerson, type GrantDeps } from './grants';
import { openIntents, type Intent } from './intents';

/** Who leaves reads nothing new: postes put out, people who go, classes that change hands. A head's gestures. */
export interface Members {
  /**
   * A poste that is lost, stolen or sold. What it wrote as far as this poste has seen it still counts, nothing after.
   * @throws PreauError `NOT_FOUND`, `FORBIDDEN` for this very poste and where no head's key is at hand
   */
  putOut(actor: Actor, poste: Id<'poste'>): Promise<void>;
  /**
   * Somebody who works here no more: their postes, their password, every key they could read, the one that heads sign with.
   * @throws PreauError `LAST_HEAD`, `NOT_FOUND`, `FORBIDDEN`
   */
  leavesSchool(actor: Actor, person: Id<'staff'>): Promise<void>;
  /** After the directory was changed: classes that somebody taught and teaches no more. @throws PreauError */
  leavesClasses(actor: Actor, person: Id<'staff'>, classes: readonly Id<'class'>[]): Promise<void>;
  /** After the directory was changed: somebody who is a head no more keeps what is still theirs. @throws PreauError */
  leavesRole(actor: Actor, person: Id<'staff'>): Promise<void>;
  /**
   * One more person on that computer: grants of their own there, for what they may today; their way in follows
   * (ways-in.ts). Again is harmless. @throws PreauError `NOT_FOUND`, `FORBIDDEN`
   */
  addTo(actor: Actor, poste: Id<'poste'>, person: Id<'staff'>): Promise<void>;
  /**
   * One person less on that computer; what nobody else there may read gets another key.
   * @throws PreauError `NOT_FOUND`, `FORBIDDEN` for oneself here, and for the last one: that is `putOut`
   */
  takeFrom(actor: Actor, poste: Id<'poste'>, person: Id<'staff'>): Promise<void>;
  /** Goes on with what a crash interrupted. */
  resume(): Promise<void>;
  /** True while a head's departure is noted and the key they signed with is not ended yet. */
  exchangesHeadKey(): boolean;
}

export interface MembersDeps extends GrantEndsDeps {
  readonly folder: string;
  readonly keyring: Pick<Keyring, 'audiences' | 'has' | 'dataKey' | 'rotate' | 'removePerson'>;
  readonly grants: () => Promise<GrantDeps>;
  /** People who sign in on this poste. */
  readonly peopleHere: () => Promise<readonly Id<'staff'>[]>;
  /** Who is a head by the directory; absent where nobody knows. */
  readonly heads?: () => Promise<readonly Id<'staff'>[]>;
  /** Ends that key: another one signs from now on (head-key-exchange.ts). */
  readonly exchangeHeadKey: (ended: string) => Promise<void>;
  /** Writes in the directory that the person is not of the school any more. */
  readonly dismiss: (person: Id<'staff'>) => Promise<void>;
  /** Wraps for those who stay, the sheet's half, the screen. */
  readonly afterwards: () => Promise<void>;
}

/** `parc` carries grants and wraps and is never exchanged; private notes are their owner's. */
const isExchanged = (name: Audience): boolean =>
  !['parc', 'perso'].includes(parseAudience(name)?.kind ?? 'parc');

export async function openMembers(deps: MembersDeps): Promise<Members> {
  const { keyring, own } = deps;
  const intents = await openIntents(deps.folder);
  const ends = createGrantEnds(deps);
  let turn: Promise<void> = Promise.resolve();

  async function headGrants(): Promise<SigningDeps> {
    const grants = await deps.grants();
    if (!grants.head) throw new PreauError('FORBIDDEN', { action: 'sync.manage' });
    return { ...grants, head: grants.head };
  }
  const newestOf = (audiences: Iterable<Audience>): Intent['rotate'] =>
    Object.fromEntries(
      [...new Set(audiences)]
        .filter((name) => isExchanged(name) && keyring.has(name))
        .map((name) => [name, keyIdOf(keyring.dataKey(name), name)]),
    );
  /** What a poste was ever given, by one person's grants or by all: what it unwrapped is its own. */
  const everGranted = (all: readonly PosteGrant[], poste: Id<'poste'>, person?: Id<'staff'>): Audience[] =>
    all
      .filter((grant) => grant.poste === poste && (person === undefined || grant.person === person))
      .flatMap((grant) => grant.audiences);

  async function begin(intent: Intent): Promise<void> {
    // Whoever could open `direction` has known the key that signs.
    const { head } = await headGrants();
    const known = Object.hasOwn(intent.rotate, 'direction') ? { headKey: head.publicKey } : {};
    // Noted before anything is done: half of this gesture would leave a door open that a screen calls closed.
    await intents.add({ ...intent, ...known });
    await go();
  }
  /** Nobody could name anybody any more: no key would be left but on a sheet of paper. */
  async function demandSuccessor(person: Id<'staff'>): Promise<void> {
    const heads = await deps.heads?.();
    if (heads?.includes(person) && heads.every((head) => head === person)) throw new PreauError('LAST_HEAD');
  }
  const go = (): Promise<void> => (turn = turn.then(carryOutAll, carryOutAll));

  async function carryOutAll(): Promise<void> {
    if (intents.all().length === 0) return;
    const grants = await headGrants();
    for (const intent of intents.all()) {
      for (const poste of intent.out) await ends.revoke(grants, poste);
      for (const { poste, person, lost } of intent.narrow)
        await ends.narrow(grants, poste, person, new Set(lost));
      for (const { poste, person } of intent.ending ?? []) await ends.endPerson(grants, poste, person);
      if (intent.person) {
        await deps.dismiss(intent.person);
        await keyring.removePerson(intent.person);
      }
      for (const [audience, key] of Object.entries(intent.rotate)) await exchangeKey(audience, key);
      // After the key of `direction`, where the new one is written.
      if (intent.headKey) await deps.exchangeHeadKey(intent.headKey);
      await intents.remove(intent);
    }
    await deps.afterwards();
  }

  async function exchangeKey(audience: Audience, key: string): Promise<void> {
    if (!keyring.has(audience) || keyIdOf(keyring.dataKey(audience), audience) !== key) return;
    const staying: Id<'staff'>[] = [];
    for (const person of await deps.peopleHere())
      if ((await deps.entitlementOf(person))?.audiences.includes(audience)) staying.push(person);
    await keyring.rotate(audience, staying);
  }

  async function posteGrants(): Promise<PosteGrant[]> {
    const { book } = await headGrants();
    return book.all().flatMap((grant) => (grant.kind === 'poste' ? [grant] : []));
  }
  const postesOf = (all: readonly PosteGrant[], person: Id<'staff'>): Id<'poste'>[] => [
    ...new Set(
      all.filter((grant) => grant.person === person && grant.poste !== own).map(({ poste }) => poste),
    ),
  ];
  /** Somebody else, or nobody in particular, works on that poste as well. */
  const isShared = (all: GrantDeps['book'], poste: Id<'poste'>, person: Id<'staff'>): boolean =>
    poste === own || all.grantsOf(poste).some((grant) => grant.person !== person);

  return {
    async putOut(actor, poste) {
      demand(actor, 'sync.manage');
      const all = await posteGrants();
      if (!all.some((grant) => grant.poste === poste)) throw new PreauError('NOT_FOUND', { kind: 'poste' });
      if ((await headGrants()).book.grantsOf(poste).length === 0) return;
      // The last one would take the school with it: a head puts this one out from another.
      if (poste === own) throw new PreauError('FORBIDDEN', { action: 'poste.putOut' });
      await begin({ out: [poste], narrow: [], rotate: newestOf(everGranted(all, poste)) });
    },
    async leavesSchool(actor, person) {
      demand(actor, 'sync.manage');
      await demandSuccessor(person);
      if (actor.kind !== 'staff' || actor.personId === person)
        throw new PreauError('FORBIDDEN', { action: 'sync.manage' });
      const entitled = await deps.entitlementOf(person);
      if (!entitled) throw new PreauError('NOT_FOUND', { kind: 'staff' });
      const all = await posteGrants();
      const { book } = await headGrants();
      const theirs = [...postesOf(all, person), own];
      const out = theirs.filter((poste) => !isShared(book, poste, person));
      const ending = theirs.filter((poste) => !out.includes(poste)).map((poste) => ({ poste, person }));
      const read = [
        ...entitled.audiences,
        ...out.flatMap((poste) => everGranted(all, poste)),
        ...ending.flatMap(({ poste }) => everGranted(all, poste, person)),
      ];
      await begin({ out, narrow: [], ending, person, rotate: newestOf(read) });
    },
    async leavesClasses(actor, person, classes) {
      demand(actor, 'school.manage');
      const opaques = new Set(classes.map((id) => id.slice(id.indexOf('_') + 1)));
      const still = new Set((await deps.entitlementOf(person))?.audiences ?? []);
      const lost = keyring
        .audiences()
        .filter(
          (name) => opaques.has(parseAudience(name)?.opaque ?? '') && isExchanged(name) && !still.has(name),
        );
      if (lost.length === 0) return;
      const narrowed = postesOf(await posteGrants(), person).map((poste) => ({
        poste,
        person,
        lost: [...lost],
      }));
      await begin({ out: [], narrow: narrowed, rotate: newestOf(lost) });
    },
    async leavesRole(actor, person) {
      demand(actor, 'sync.manage');
      const may = new Set((await deps.entitlementOf(person))?.audiences ?? []);
      const all = await posteGrants();
      const out = [...postesOf(all, person), own];
      const lost = [...new Set(out.flatMap((poste) => everGranted(all, poste, person)))];
      // What they read on this very computer, they read with their password.
      const gone = [...lost, 'direction' as const].filter((name) => isExchanged(name) && !may.has(name));
      if (gone.length === 0) return;
      const narrowed = out.map((poste) => ({ poste, person, lost: gone }));
      await begin({ out: [], narrow: narrowed, rotate: newestOf(gone) });
    },
    async addTo(actor, poste, person) {
      demand(actor, 'sync.manage');
      const grants = await headGrants();
      const [known] = grants.book.grantsNow(poste);
      if (!known || known.carries) throw new PreauError('NOT_FOUND', { kind: 'poste' });
      const wanted = await deps.entitlementOf(person);
      if (!wanted || wanted.roles.length === 0) throw new PreauError('NOT_FOUND', { kind: 'staff' });
      await refreshPerson(grants, { poste, key: known.key, person }, wanted);
      await deps.afterwards();
    },
    async takeFrom(actor, poste, person) {
      demand(actor, 'sync.manage');
      const { book } = await headGrants();
      const grants = book.grantsOf(poste);
      const theirs = grants.filter((grant) => grant.person === person);
      if (theirs.length === 0) throw new PreauError('NOT_FOUND', { kind: 'staff' });
      const others = grants.filter((grant) => !theirs.includes(grant));
      const isSelf = poste === own && actor.kind === 'staff' && actor.personId === person;
      if (isSelf || others.length === 0) throw new PreauError('FORBIDDEN', { action: 'poste.takeFrom' });
      const left = new Set(others.flatMap(({ audiences }) => audiences));
      const lost = theirs.flatMap(({ audiences }) => audiences).filter((name) => !left.has(name));
      await begin({ out: [], narrow: [], ending: [{ poste, person }], rotate: newestOf(lost) });
    },
    exchangesHeadKey: () => intents.all().some(({ headKey }) => headKey !== undefined),
    async resume() {
      if (intents.all().length > 0 && (await deps.grants()).head) await go();
    },
  };
}
