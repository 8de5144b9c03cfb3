import { randomInt } from 'node:crypto';
import type { RemoteRoll, RemoteView } from '../../contract/pupil/remote';
import type { RemoteState } from '../../contract/staff/remote';
import { afterWrong, NO_TRIES, secondsToWait, type Tries } from '../../domain/device/tries';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { SeatKey } from '../../domain/lesson/model';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { AudienceDatabase } from '../../store/port';
import type { Disposable, Platform } from '../capability';
import type { Timers } from '../cart/timers';
import type { ClassroomService } from '../classroom/service';
import type { DoorLinks, PupilLink } from '../classroom/ports';
import type { ProjectTool } from '../classroom/project/board';
import type { DeviceKey } from '../devices/keys';
import type { RegisterService, WriteRoll } from '../ent/register-service';
import { allow, isAllowed } from './allowed';
import { addPair, MAX_PAIRS, opens, pairsIn, removePair, type Pair } from './pairs';
import type { Staff } from './present';
import { remoteView } from './view';

export interface RemoteDeps {
  readonly platform: Platform;
  readonly timers: Timers;
  readonly parc: AudienceDatabase;
  readonly school: Id<'school'>;
  readonly links: DoorLinks;
  readonly classroom: Pick<ClassroomService, 'state' | 'attention' | 'lowerHand' | 'onTold'> & {
    readonly tools: {
      readonly recess: { start(actor: Actor): Promise<void>; stop(actor: Actor): Promise<void> };
      readonly project: Pick<ProjectTool, 'view' | 'want' | 'onChanged'>;
    };
  };
  /** The telephone's key, as a tablet's: made by its browser, proved by signing the door's challenge. */
  readonly keys: {
    read(jwk: Readonly<Record<string, unknown>>): DeviceKey;
    proves(
      spki: string,
      proof: { readonly challenge: string; readonly origin: string; readonly signature: string },
    ): boolean;
  };
  readonly register: Pick<RegisterService, 'sheet' | 'write'>;
  readonly classes: (
    actor: Actor,
  ) => Promise<readonly { readonly id: Id<'class'>; readonly label: string }[]>;
  /** Who sits at this poste's windows now, with today's rights; a screen that hides is a window still. */
  readonly present: () => readonly Staff[];
  readonly nameOf: (actor: Staff) => Promise<string>;
  /** @throws PreauError `KEY_MISSING` */
  readonly personal: (person: Id<'staff'>) => Promise<AudienceDatabase>;
}

/** One connection of a telephone that proved whose it is. */
export interface RemoteSession {
  readonly person: string;
  unlock(pin: string): Promise<void>;
  lock(): void;
  view(): Promise<RemoteView>;
  attention(on: boolean): Promise<void>;
  recess(on: boolean): Promise<void>;
  lowerHand(seat: SeatKey): void;
  project(seats: readonly SeatKey[]): Promise<void>;
  roll(classId: Id<'class'>): Promise<RemoteRoll>;
  writeRoll(roll: Omit<WriteRoll, 'entries'> & { entries: WriteRoll['entries'] }): Promise<void>;
  unpair(): Promise<void>;
  closed(): void;
}

/** The teacher's own telephone or tablet as a remote control, behind a code (DESIGN 5). */
export interface RemoteService extends Disposable {
  state(actor: Actor): Promise<RemoteState>;
  allow(actor: Actor, allowed: boolean): Promise<RemoteState>;
  startPairing(actor: Actor): { readonly code: string; readonly expiresAt: string };
  stopPairing(actor: Actor): void;
  unpair(actor: Actor, id: Id<'event'>): Promise<RemoteState>;
  /** At the pupils' door. @throws PreauError `REMOTE_CODE_WRONG`, `TRY_LATER`, `REMOTE_CLOSED` */
  pair(
    from: string,
    order: {
      readonly code: string;
      readonly pin: string;
      readonly label: string;
      readonly publicKey: Readonly<Record<string, unknown>>;
    },
    link: PupilLink,
  ): Promise<{ readonly keyId: string; readonly session: RemoteSession }>;
  /** @throws PreauError `REMOTE_CLOSED` where its owner is not at this poste, `DEVICE_UNKNOWN` */
  enter(
    proof: {
      readonly keyId: string;
      readonly challenge: string;
      readonly origin: string;
      readonly signature: string;
    },
    link: PupilLink,
  ): Promise<RemoteSession>;
}

/** A code on the screen, ms. */
const PAIRING = 5 * 60_000;
/** A telephone left on a desk asks for its code again, ms. */
const IDLE = 10 * 60_000;
/** Wrong codes in a row, over all its connections, that end a pairing: whoever found it keeps trying. */
const MOST_WRONG = 10;
/** Telephones are told together, and thirty tablets that turn pages tell them no more often, ms. */
const GATHER = 1_000;

export function createRemote(deps: RemoteDeps): RemoteService {
  const { platform, timers, classroom } = deps;
  const { clock } = platform;
  const codes = new Map<Id<'staff'>, { readonly code: string; readonly until: number }>();
  const tries = new Map<string, Tries>();
  const open = new Set<{ readonly link: PupilLink; unlocked(): boolean }>();

  function demandStaff(actor: Actor): Staff {
    demand(actor, 'lesson.open');
    if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'lesson.open' });
    return actor;
  }
  const allowed = (): boolean => isAllowed(deps.parc, deps.school);
  function demandAllowed(): void {
    if (!allowed()) throw new PreauError('REMOTE_CLOSED', { reason: 'head' });
  }
  /** @throws PreauError `REMOTE_CLOSED` where that person sits at no window of this poste any more */
  function presentOwner(person: Id<'staff'>): Staff {
    demandAllowed();
    const actor = deps.present().find(({ personId }) => personId === person);
    if (!actor) throw new PreauError('REMOTE_CLOSED', { reason: 'away' });
    return actor;
  }
  function judge(key: string): void {
    const seconds = secondsToWait(tries.get(key) ?? NO_TRIES, clock());
    if (seconds > 0) throw new PreauError('TRY_LATER', { seconds });
  }
  function wrong(key: string): number {
    const next = afterWrong(tries.get(key) ?? NO_TRIES, clock());
    if (tries.size >= 500) tries.delete(tries.keys().next().value ?? '');
    tries.set(key, next);
    return next.wrong;
  }

  let cancelNews: (() => void) | undefined;
  const moved = (): void => {
    if (open.size === 0) return;
    cancelNews ??= timers.after(GATHER, () => {
      cancelNews = undefined;
      for (const { link, unlocked } of open) if (unlocked()) link.send('remote.changed', {});
    });
  };
  const endings = [classroom.onTold(moved), classroom.tools.project.onChanged(moved)];

  /** Undefined for somebody without an account of their own here: a telephone's key has no notes to lie in. */
  async function notesOf(person: Staff): Promise<AudienceDatabase | undefined> {
    try {
      return await deps.personal(person.personId);
    } catch (error) {
      if (error instanceof PreauError && error.code === 'KEY_MISSING') return undefined;
      throw error;
    }
  }
  async function state(actor: Actor): Promise<RemoteState> {
    const staff = demandStaff(actor);
    const url = deps.links.url();
    const plainUrl = deps.links.plainUrl();
    const notes = await notesOf(staff);
    return {
      allowed: allowed(),
      mayAllow: authorize(actor, 'school.manage'),
      needsAccount: notes === undefined,
      pairs: (notes ? pairsIn(notes) : [])
        .map(({ _id, label, at }) => ({ id: _id, label, at }))
        .sort((a, b) => a.at.localeCompare(b.at)),
      ...(url && { url: `${url}/telecommande` }),
      ...(plainUrl && { plainUrl: `${plainUrl}/installer` }),
    };
  }

  /** Those whose roll that person calls, not every class whose name they know. */
  const rollClasses = async (actor: Actor) =>
    (await deps.classes(actor)).filter(({ id }) =>
      authorize(actor, 'roll.write', { kind: 'class', classId: id }),
    );

  async function begin(person: Staff, pair: Pair, link: PupilLink, typed: boolean): Promise<RemoteSession> {
    const name = await deps.nameOf(person);
    const base = await deps.personal(person.personId);
    let usedAt = typed ? clock() : -Infinity;
    const unlocked = (): boolean => clock() - usedAt < IDLE;
    const held = { link, unlocked };
    open.add(held);
    /** Who acts, once the code was typed and as long as they may. The page looks again by itself: that is no gesture. */
    function acting(gesture = true): Staff {
      const actor = presentOwner(person.personId);
      if (!pairsIn(base).some(({ keyId }) => keyId === pair.keyId)) throw new PreauError('DEVICE_REVOKED');
      if (!unlocked()) throw new PreauError('REMOTE_LOCKED');
      if (gesture) usedAt = clock();
      return actor;
    }
    return {
      person: name,
      async unlock(pin) {
        presentOwner(person.personId);
        judge(pair.keyId);
        // Counted before it is looked at: many guesses at once are many guesses.
        const count = wrong(pair.keyId);
        if (await opens(pair, pin)) {
          tries.delete(pair.keyId);
          usedAt = clock();
          return;
        }
        if (count < MOST_WRONG) throw new PreauError('PIN_WRONG', { left: MOST_WRONG - count });
        await removePair(base, pair._id);
        platform.log.warn('remote.ended', { reason: 'tries' });
        throw new PreauError('DEVICE_REVOKED');
      },
      lock: () => void (usedAt = -Infinity),
      async view() {
        const actor = acting(false);
        const lesson = classroom.state(actor).lesson;
        const board = classroom.tools.project.view(actor);
        return remoteView(name, instant(clock()), lesson, board, await rollClasses(actor));
      },
      async attention(on) {
        await classroom.attention(acting(), { on });
      },
      async recess(on) {
        const { recess } = classroom.tools;
        await (on ? recess.start(acting()) : recess.stop(acting()));
      },
      lowerHand: (seat) => classroom.lowerHand(acting(), seat),
      project: (seats) => classroom.tools.project.want(acting(), seats),
      async roll(classId) {
        const { half, lines, done } = await deps.register.sheet(acting(), classId);
        return {
          class: classId,
          half,
          done: done !== undefined,
          lines: lines.map(({ pupil, name: child, state: said, standing }) => ({
            pupil,
            name: child,
            ...(said && { state: said }),
            standing,
          })),
        };
      },
      writeRoll: (roll) => deps.register.write(acting(), roll),
      async unpair() {
        acting();
        await removePair(base, pair._id);
      },
      closed: () => void open.delete(held),
    };
  }

  return {
    state,
    async allow(actor, next) {
      demand(actor, 'school.manage');
      await allow(deps.parc, deps.school, next);
      platform.publish('remote.changed', {});
      return state(actor);
    },
    startPairing(actor) {
      const { personId } = demandStaff(actor);
      demandAllowed();
      // Not the injected randomness: a reproducible code could be known in advance.
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      codes.set(personId, { code, until: clock() + PAIRING });
      return { code, expiresAt: instant(clock() + PAIRING) };
    },
    stopPairing: (actor) => void codes.delete(demandStaff(actor).personId),
    async unpair(actor, id) {
      await removePair(await deps.personal(demandStaff(actor).personId), id);
      return state(actor);
    },
    async pair(from, { code, pin, label, publicKey }, link) {
      const guess = `pair ${from}`;
      judge(guess);
      const found = [...codes].find(([, held]) => held.code === code && held.until > clock());
      if (!found) {
        wrong(guess);
        throw new PreauError('REMOTE_CODE_WRONG');
      }
      const [owner] = found;
      const person = presentOwner(owner);
      const base = await deps.personal(owner);
      if (pairsIn(base).length >= MAX_PAIRS) throw new PreauError('TOO_LARGE', { limit: MAX_PAIRS });
      codes.delete(owner);
      tries.delete(guess);
      const pair = await addPair(base, platform, { key: deps.keys.read(publicKey), label, pin });
      platform.log.info('remote.paired', { pair: pair._id });
      platform.publish('remote.changed', {}, (actor) => actor.kind === 'staff' && actor.personId === owner);
      return { keyId: pair.keyId, session: await begin(person, pair, link, true) };
    },
    async enter({ keyId, ...proof }, link) {
      demandAllowed();
      for (const person of deps.present()) {
        const notes = await notesOf(person);
        const pair = notes && pairsIn(notes).find((one) => one.keyId === keyId);
        if (!pair) continue;
        if (!deps.keys.proves(pair.spki, proof)) break;
        return begin(person, pair, link, false);
      }
      // Whose telephone it is stands in notes that only its owner's session opens: unknown and away look alike.
      throw new PreauError('REMOTE_CLOSED', { reason: 'away' });
    },
    close() {
      for (const end of endings) end();
      cancelNews?.();
      return Promise.resolve();
    },
  };
}
