import { parseAudience, type Audience } from '../../domain/audience';
import type { Id } from '../../domain/id';
import {
  canonicalBytes,
  fromText,
  isSignedBy,
  toText,
  type GrantBook,
  type PosteGrant,
} from '../../exchange';
import type { AudienceDatabase, Held } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import { stateOf, type Recipient } from '../../store/recipient';
import type { Logger } from '../capability';
import { boxesOf, leaves, makeBox } from './box';
import type { Identity } from './identity';
import {
  EDITIONS_AHEAD,
  isLater,
  latenessOf,
  openWayIn,
  personWrapId,
  readPersonWrap,
  sealWayIn,
  type PersonWrap,
  type WayIn,
} from './person-wrap';

/**
 * Several people on one computer (docs/postes.md): each has a grant of their own there, a way in that comes through `parc`, and
 * is gone from it when the grant has ended, on the poste's own judgement.
 */
export interface WaysInDeps {
  readonly keyring: Pick<
    Keyring,
    'audiences' | 'hasPerson' | 'wayIn' | 'takeWayIn' | 'removePerson' | 'destroy'
  >;
  readonly parc: AudienceDatabase;
  readonly book: GrantBook;
  readonly identity: Pick<Identity, 'poste' | 'seed' | 'signer'>;
  readonly log: Logger;
  readonly logins: Logins;
  /** This poste's word counts as a head's. */
  readonly isHeads: () => boolean;
  /** Closes that person's windows here. */
  readonly leftHere: (person: Id<'staff'>) => Promise<void>;
  /** Packs what was written and nobody has yet, and closes the base. */
  readonly release: (audience: Audience) => Promise<void>;
}

/** Identifiers of accounts, which people type where no list is shown. */
export interface Logins {
  of(person: Id<'staff'>): Promise<string | undefined>;
  remember(login: string, person: Id<'staff'>): Promise<void>;
}

const wrapsIn = (held: Held): PersonWrap[] => leaves(held).flatMap((body) => readPersonWrap(body) ?? []);

const peopleOf = (grants: readonly PosteGrant[]): ReadonlySet<Id<'staff'>> =>
  new Set(grants.flatMap(({ person }) => person ?? []));

export const isHeadsPoste = (grants: readonly PosteGrant[]): boolean =>
  grants.some(({ roles }) => roles.some(({ role }) => role === 'head'));

/**
 * Who shares a computer with somebody holds its key, and with a modified client could hand a password of their own to that
 * person's other computers. So a poste's word counts for people who alone ever worked there, and a head's for everybody.
 */
function speaksFor(book: GrantBook, poste: Id<'poste'>, person: Id<'staff'>): boolean {
  const now = book.grantsNow(poste);
  if (isHeadsPoste(now)) return true;
  return peopleOf(now).has(person) && peopleOf(book.everGrantedTo(poste)).size === 1;
}

const wordOf = (book: GrantBook, person: Id<'staff'>, recipient: Recipient): Buffer =>
  Buffer.concat([canonicalBytes([book.school]), stateOf(person, recipient)]);

function isVouched(book: GrantBook, person: Id<'staff'>, recipient: WayIn['recipient']): boolean {
  const { vouched } = recipient;
  if (!vouched || !speaksFor(book, vouched.poste, person)) return false;
  const word = wordOf(book, person, recipient);
  const signature = fromText(vouched.signature);
  return book.grantsNow(vouched.poste).some(({ key }) => isSignedBy(key, 'wayIn', word, signature));
}

/**
 * Takes in ways in that were sealed to this poste, of people who have a right here today. What nobody stands for replaces
 * nothing: what stands here is written over it, so that a true one can follow.
 * @returns true where one came
 */
export async function takeWaysIn(deps: WaysInDeps): Promise<boolean> {
  const { keyring, parc, book, identity, log } = deps;
  const here = peopleOf(book.grantsNow(identity.poste));
  let came = false;
  for (const held of parc.all('personWrap'))
    for (const wrap of wrapsIn(held)) {
      const { person } = wrap;
      if (wrap.poste !== identity.poste || !here.has(person)) continue;
      const standing = keyring.wayIn(person)?.edition ?? 0;
      if (standing > wrap.edition) continue;
      const way = openWayIn(wrap, book.school, identity.seed);
      if (!way) {
        log.warn('ways.unopened', { person });
        continue;
      }
      const { recipient, login } = way;
      const isNear = wrap.edition <= standing + EDITIONS_AHEAD && wrap.edition === (recipient.edition ?? 0);
      const outcome = isNear
        ? await keyring.takeWayIn(person, recipient, isVouched(book, person, recipient))
        : 'unvouched';
      if (outcome === 'unvouched') {
        log.warn('ways.unvouched', { person });
        await sayWhatStands(deps, person, held);
        break;
      }
      if (outcome === 'kept') continue;
      if (login !== undefined) await deps.logins.remember(login, person);
      log.info('ways.received', { person });
      came = true;
    }
  return came;
}

async function sayWhatStands(deps: WaysInDeps, person: Id<'staff'>, held: Held): Promise<void> {
  const { keyring, parc, book, identity } = deps;
  const { poste, seed, signer } = identity;
  const recipient = keyring.wayIn(person);
  if (!recipient) return;
  const { box } = makeBox(poste, seed, signer);
  await parc.put(sealWayIn({ school: book.school, poste, person, box }, { recipient }), held.rev);
}

/**
 * Hands the ways in that are known here to the other postes of those people: a head's poste everybody's, any poste those of
 * its own people, after a password was changed.
 * @returns how many were written
 */
export async function giveWaysIn(deps: WaysInDeps): Promise<number> {
  const { keyring, parc, book, identity } = deps;
  const mine = peopleOf(book.grantsNow(identity.poste));
  let written = 0;
  for (const { poste, box } of boxesOf(parc, book)) {
    if (poste === identity.poste) continue;
    const people = peopleOf(book.grantsNow(poste));
    for (const person of people) {
      const known = keyring.wayIn(person);
      if (!known || !(deps.isHeads() || mine.has(person))) continue;
      const recipient = speaksFor(book, identity.poste, person) ? vouchFor(deps, person, known) : known;
      // Nobody would believe it.
      if (!recipient.vouched && recipient.proof === undefined) continue;
      // Whose computer it is alone typed a password there, later than the first one that somebody made elsewhere.
      if (people.size === 1 && (recipient.edition ?? 0) === 0) continue;
      const login = await deps.logins.of(person);
      const way = { recipient, ...(login === undefined ? {} : { login }) };
      const held = parc.get(personWrapId(poste, person));
      const stands = held ? wrapsIn(held) : [];
      const mark = latenessOf(way);
      if (stands.some((other) => !isLater(mark, other) && other.edition <= mark.edition + EDITIONS_AHEAD))
        continue;
      await parc.put(sealWayIn({ school: book.school, poste, person, box }, way), held?.rev);
      written += 1;
    }
  }
  if (written > 0) deps.log.info('ways.given', { count: written });
  return written;
}

function vouchFor({ book, identity }: WaysInDeps, person: Id<'staff'>, known: Recipient): Recipient {
  const signature = toText(identity.signer.sign('wayIn', wordOf(book, person, known)));
  return { ...known, vouched: { poste: identity.poste, signature } };
}

/** On a head's poste: takes away what was sealed for people who have no right on that computer any more. */
export async function dropEndedWaysIn({ parc, book }: Pick<WaysInDeps, 'parc' | 'book'>): Promise<void> {
  for (const held of parc.all('personWrap')) {
    const gone = (wrap: PersonWrap): boolean => !peopleOf(book.grantsNow(wrap.poste)).has(wrap.person);
    const [wrap] = wrapsIn(held);
    if (!wrap || gone(wrap)) await parc.remove(held.body._id, held.rev);
  }
}

/** Bases without which nobody signs in; they say who works in the school. Private notes are their owner's. */
const STAYS: readonly string[] = ['parc', 'ecole', 'perso'];

/**
 * Who has no right on this computer any more is gone from it, with what nobody else here may read, whatever a head's poste
 * has heard of: their password opens nothing, their windows close, keys are destroyed. Done again, nothing happens.
 * @returns people who were removed
 */
export async function leaveHere(deps: WaysInDeps): Promise<readonly Id<'staff'>[]> {
  const { keyring, parc, book, identity, log } = deps;
  const { poste } = identity;
  const ever = book.everGrantedTo(poste);
  const now = peopleOf(book.grantsNow(poste));
  const gone: Id<'staff'>[] = [];
  for (const person of peopleOf(ever)) {
    if (now.has(person) || now.size === 0 || !keyring.hasPerson(person)) continue;
    // A head makes first passwords for people whose right is still to come: those came from nowhere else.
    if (deps.isHeads() && !parc.get(personWrapId(poste, person))) continue;
    await keyring.removePerson(person);
    await deps.leftHere(person);
    log.info('ways.ended', { person });
    gone.push(person);
  }
  if (deps.isHeads()) return gone;
  const { audiences: readable } = book.served(poste);
  for (const audience of keyring.audiences()) {
    if (STAYS.includes(parseAudience(audience)?.kind ?? 'parc') || readable.has(audience)) continue;
    const given = ever.filter((grant) => grant.audiences.includes(audience));
    // What somebody who still works here read once stays readable to them, as in any book; what had an end, does not.
    const isLent = given.every(({ person, until }) => until !== undefined || (person && !now.has(person)));
    if (given.length === 0 || !isLent || (now.size === 0 && given.some(({ until }) => until === undefined)))
      continue;
    await deps.release(audience);
    await keyring.destroy(audience);
    log.info('ways.destroyed', { audience });
  }
  return gone;
}

/** True for a base that was lent to this poste and is not any more: its keys are not taken up again. */
export function isLentAndOver(book: GrantBook, poste: Id<'poste'>, audience: Audience): boolean {
  if (book.served(poste).audiences.has(audience)) return false;
  return book.everGrantedTo(poste).some((grant) => grant.audiences.includes(audience));
}
