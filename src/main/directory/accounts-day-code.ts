import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { DAY_CODES, DAY_CODE_TRIES, dayCodeFrom, readDayCode } from '../../domain/accounts/day-code';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import type { LocalDate } from '../../domain/time';
import { sha256, utf8 } from '../../exchange';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import type { TriesStore } from '../session/tries-file';

/**
 * A password forgotten at 8:20 (docs/accounts.md). Each poste has a secret that heads' postes derive from their sealed base and
 * seal to that poste; a code is an HMAC of person and day under it. So a head who is anywhere reads ten digits out, and a
 * laptop without a line believes them, for that person, on that computer, on that day, once.
 */
export interface DayCodes {
  /** On a head's poste: seals to every poste what it has not got yet. @returns how many were written */
  deliver(): Promise<number>;
  /** What a head reads out, for each computer that person works on. @param nth 1 to `DAY_CODES`; another when that one is spent */
  codesFor(actor: Actor, person: Id<'staff'>, day: LocalDate, nth: number): Promise<readonly GivenCode[]>;
  /** Why no code can be used here; undefined where one can. */
  hindrance(): Promise<'locked' | 'undelivered' | undefined>;
  /**
   * Takes a code once. Counted before it is looked at, and on the disk.
   * @throws PreauError `DAY_CODE_MISHEARD`, `DAY_CODE_WRONG`, `DAY_CODE_SPENT` (the next one is to be asked for),
   * `DAY_CODE_IMPOSSIBLE`
   */
  use(person: Id<'staff'>, typed: string, day: LocalDate): Promise<void>;
}

export interface GivenCode {
  readonly poste: Id<'poste'>;
  readonly code: string;
  /** Used, or its tries are over: known of the computer that is asked alone. */
  readonly spent?: true;
  /** For a computer that has not heard yet that the school's keys were exchanged. */
  readonly former?: string;
}

/** How a secret is sealed to a poste's box, and opened there (src/main/postes/box.ts). */
export interface PosteBoxes {
  /** Postes of the school today that have said where keys are sealed to. */
  all(): Promise<readonly Id<'poste'>[]>;
  /** Undefined for a poste that has no box. */
  seal(poste: Id<'poste'>, generation: number, secret: Buffer): Promise<SealedSecret | undefined>;
  open(
    sealed: SealedSecret & { readonly poste: Id<'poste'>; readonly generation: number },
  ): Buffer | undefined;
  readonly own: Id<'poste'>;
  /** Postes that person works on. */
  of(person: Id<'staff'>): Promise<readonly Id<'poste'>[]>;
}
export interface SealedSecret {
  readonly key: string;
  readonly ephemeral: string;
  readonly sealed: string;
}

const raw = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`)));
const schema = v.object({
  type: v.literal('dayCodeKey'),
  poste: v.custom<Id<'poste'>>((value) => typeof value === 'string' && /^poste_[a-z2-7]{13}$/.test(value)),
  generation: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  key: raw(11),
  ephemeral: raw(43),
  sealed: raw(64),
});

/** One a poste and key: two heads' postes write the same document. Under the school's prefix: a head alone writes it. */
const documentId = (poste: string, key: string): string =>
  idFrom('school', sha256(utf8(`day code ${poste} ${key}`)));

const secretOf = (directionKey: Buffer, poste: Id<'poste'>): Buffer =>
  Buffer.from(hkdfSync('sha256', directionKey, '', `preau/day code/1/${poste}`, 32));

const codeOf = (secret: Buffer, person: Id<'staff'>, day: LocalDate, nth: number): string =>
  dayCodeFrom(
    createHmac('sha256', secret)
      .update(nth === 1 ? `${person} ${day}` : `${person} ${day} ${nth}`)
      .digest(),
  );
const NUMBERS = Array.from({ length: DAY_CODES }, (_, at) => at + 1);
/** Where the tries of a code are counted. */
const placeOf = (person: Id<'staff'>, day: LocalDate, nth: number): string =>
  `day code ${nth === 1 ? day : `${day}/${nth}`} ${person}`;

/** Behind the longest that a day's counts are of any use. */
const KEPT_MS = 2 * 86_400_000;

export function createDayCodes(deps: {
  readonly platform: Platform;
  readonly keyring: Pick<Keyring, 'has' | 'dataKeys' | 'generations'>;
  readonly parc: () => Promise<AudienceDatabase | undefined>;
  /** Undefined before the school's rooms are open. */
  readonly boxes: () => PosteBoxes | undefined;
  readonly tries: TriesStore;
  /** Somebody with a password on this very computer. */
  readonly worksHere: (person: Id<'staff'>) => boolean;
}): DayCodes {
  const { platform, keyring, tries } = deps;

  /** Keys of the heads' base, the newest first, with their generation. */
  function directionKeys(): readonly { readonly key: Buffer; readonly generation: number }[] {
    if (!keyring.has('direction')) return [];
    const generations = keyring.generations('direction');
    return keyring.dataKeys('direction').map((key, at) => ({ key, generation: generations[at] ?? 0 }));
  }
  async function ownSecret(): Promise<Buffer | undefined> {
    const boxes = deps.boxes();
    const parc = await deps.parc();
    if (!boxes || !parc) return undefined;
    const found = parc
      .all('dayCodeKey')
      .flatMap(({ body }) => {
        const parsed = v.safeParse(schema, body);
        return parsed.success && parsed.output.poste === boxes.own ? [parsed.output] : [];
      })
      // What a head who left had known is worth nothing once the next key has come.
      .sort((a, b) => b.generation - a.generation);
    for (const sealed of found) {
      const secret = boxes.open(sealed);
      if (secret) return secret;
    }
    return undefined;
  }
  async function hindrance(): Promise<'locked' | 'undelivered' | undefined> {
    if (!(await deps.parc())) return 'locked';
    return (await ownSecret()) ? undefined : 'undelivered';
  }

  /** Theirs by the grants, and this one; where nothing says which (several share one grant), every computer. */
  async function computersOf(person: Id<'staff'>): Promise<readonly Id<'poste'>[]> {
    const boxes = deps.boxes();
    if (!boxes) return [];
    const theirs = new Set(await boxes.of(person));
    if (deps.worksHere(person)) theirs.add(boxes.own);
    return theirs.size > 0 ? [...theirs] : boxes.all();
  }

  const isSpent = (person: Id<'staff'>, day: LocalDate, nth: number): boolean =>
    (tries.get(placeOf(person, day, nth))?.count ?? 0) >= DAY_CODE_TRIES;

  return {
    hindrance,
    async deliver() {
      const [newest] = directionKeys();
      const boxes = deps.boxes();
      const parc = await deps.parc();
      if (!newest || !boxes || !parc) return 0;
      const made: DocumentBody[] = [];
      for (const poste of await boxes.all()) {
        const sealed = await boxes.seal(poste, newest.generation, secretOf(newest.key, poste));
        if (!sealed || parc.get(documentId(poste, sealed.key))) continue;
        made.push({
          _id: documentId(poste, sealed.key),
          type: 'dayCodeKey',
          v: 1,
          poste,
          generation: newest.generation,
          ...sealed,
        });
      }
      if (made.length > 0) await parc.putAll(made);
      return made.length;
    },
    async codesFor(actor, person, day, nth) {
      demand(actor, 'school.manage');
      const [newest, former] = directionKeys();
      if (!newest) throw new PreauError('DAY_CODE_IMPOSSIBLE', { reason: 'locked' });
      const postes = await computersOf(person);
      platform.tracer.trace(actor, 'account.give', [person, ...postes]);
      return postes.map((poste) => ({
        poste,
        code: codeOf(secretOf(newest.key, poste), person, day, nth),
        ...(poste === deps.boxes()?.own && isSpent(person, day, nth) ? { spent: true as const } : {}),
        ...(former ? { former: codeOf(secretOf(former.key, poste), person, day, nth) } : {}),
      }));
    },
    async use(person, typed, day) {
      const code = readDayCode(typed);
      if (!code) throw new PreauError('DAY_CODE_MISHEARD');
      const secret = await ownSecret();
      if (!secret)
        throw new PreauError('DAY_CODE_IMPOSSIBLE', { reason: (await hindrance()) ?? 'undelivered' });
      const isNumber = (nth: number): boolean =>
        timingSafeEqual(Buffer.from(code), Buffer.from(codeOf(secret, person, day, nth)));
      const spent = NUMBERS.filter((nth) => isSpent(person, day, nth));
      // The right one, too late: it costs no try of the next.
      if (spent.some(isNumber)) throw new PreauError('DAY_CODE_SPENT');
      const current = NUMBERS.find((nth) => !spent.includes(nth));
      if (current === undefined) throw new PreauError('DAY_CODE_WRONG', { left: 0 });
      const place = placeOf(person, day, current);
      const count = (tries.get(place)?.count ?? 0) + 1;
      const left = DAY_CODE_TRIES - count;
      await tries.set(place, { count, until: platform.clock() + KEPT_MS });
      if (!isNumber(current)) {
        platform.tracer.trace({ kind: 'anonymous' }, 'session.wrong', [person]);
        throw new PreauError('DAY_CODE_WRONG', { left });
      }
      // Once: overheard on the telephone, it is worth nothing any more.
      await tries.set(place, { count: DAY_CODE_TRIES, until: platform.clock() + KEPT_MS });
    },
  };
}
