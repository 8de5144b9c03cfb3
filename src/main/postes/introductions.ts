import type { Audience } from '../../domain/audience';
import { isPreauError, PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import { hasRole, type Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import type { IntroductionState } from '../../contract/staff/sync';
import * as v from 'valibot';
import { fromText, toText, type Grant } from '../../exchange';
import type { Platform } from '../capability';
import { grantTo, type Entitlement, type GrantDeps } from './grants';
import {
  commitmentTo,
  digitsOf,
  newHalf,
  openFrom,
  sealFor,
  sessionKey,
  type Half,
} from './introduction-code';
import { helloSchema, newcomerSchema, revealSchema, waitSchema, type Welcome } from './introduction-messages';
import { readRecovery } from './recovery';

export interface IntroductionDeps {
  readonly platform: Platform;
  readonly grants: () => Promise<GrantDeps>;
  readonly anchors: () => readonly string[];
  readonly entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>;
  /** The key of an audience, where this poste holds it open. */
  readonly keyOf: (audience: Audience) => Buffer | undefined;
  /** Where the newcomer reaches this poste, for the screen. */
  readonly address: () => string;
}

/** The welcoming side: one newcomer at a time, one try of its digits. */
export interface Introductions {
  /** @throws PreauError `FORBIDDEN` for somebody else's poste, where the actor is not a head */
  open(actor: Actor, person: Id<'staff'>): Promise<IntroductionState>;
  /**
   * For a computer that will open the school with the printed sheet: it is told where the school is and given what the
   * sheet opens, and no key.
   */
  openRestore(actor: Actor): IntroductionState;
  state(actor: Actor): IntroductionState;
  /** The digits of the newcomer's screen. Wrong ones end the introduction: whoever was there has lost its chance. */
  confirm(actor: Actor, digits: string): Promise<IntroductionState>;
  close(actor: Actor): IntroductionState;
  /** The newcomer's requests, from the LAN. @throws PreauError `INTRODUCTION_WRONG`, `BAD_INPUT` */
  answer(step: string, body: unknown): Promise<unknown>;
}

interface Session {
  readonly id: string;
  readonly person: Id<'staff'> | null;
  readonly host: Half;
  readonly commitment: string;
  newcomer?: { readonly publicKey: Buffer; readonly nonce: Buffer; readonly key: Buffer };
  readonly decided: Promise<boolean>;
  readonly decide: (welcome: boolean) => void;
}

/** An introduction that nobody ends is over after this long, in milliseconds. */
export const INTRODUCTION_LIFETIME_MS = 10 * 60 * 1000;

export function createIntroductions(deps: IntroductionDeps): Introductions {
  const { platform } = deps;
  let state: IntroductionState = { state: 'closed' };
  let invited: { readonly person: Id<'staff'> | null; readonly until: number } | undefined;
  /** Who opened it: several people may be signed in on one poste, and the keys are the invited person's. */
  let opener: Id<'staff'> | undefined;
  let session: Session | undefined;

  function become(next: IntroductionState): IntroductionState {
    state = next;
    platform.publish('sync.introduction', next);
    return next;
  }
  function end(next: IntroductionState): IntroductionState {
    session?.decide(false);
    session = undefined;
    invited = undefined;
    return become(next);
  }
  function invite(actor: Actor, person: Id<'staff'> | null): IntroductionState {
    end({ state: 'closed' });
    opener = actor.kind === 'staff' ? actor.personId : undefined;
    invited = { person, until: platform.clock() + INTRODUCTION_LIFETIME_MS };
    return become({ state: 'open', address: deps.address() });
  }
  const current = (id: string): Session => {
    if (session?.id !== id) throw new PreauError('INTRODUCTION_WRONG');
    return session;
  };

  async function welcome(to: Session, sealed: string): Promise<{ sealed: string }> {
    if (!to.newcomer) throw new PreauError('INTRODUCTION_WRONG');
    const said = v.safeParse(newcomerSchema, openFrom(to.newcomer.key, 'newcomer', sealed));
    if (!said.success) throw new PreauError('INTRODUCTION_WRONG');
    const { poste, key } = said.output;
    if (to.person === null) return say(to.newcomer.key, poste, await restoring());
    const wanted = await deps.entitlementOf(to.person);
    if (!wanted) throw new PreauError('NOT_FOUND', { kind: 'staff' });
    const grants = await deps.grants();
    const { head } = grants;
    // Without a head's key here the newcomer reads what it was given, and is believed once a head has signed.
    const own = head && (await grantTo({ ...grants, head }, { poste, key, person: to.person, ...wanted }));
    if (!own) await askForGrant(grants, { poste, key, person: to.person });
    const message: Welcome = {
      school: grants.book.school,
      person: to.person,
      anchors: [...deps.anchors()],
      grants: [...grants.book.all()] as Grant[],
      keys: wanted.audiences.flatMap((audience) => {
        const dataKey = deps.keyOf(audience);
        return dataKey ? [{ audience, key: toText(dataKey) }] : [];
      }),
      granted: own !== undefined,
    };
    return say(to.newcomer.key, poste, message);
  }

  function say(key: Buffer, poste: Id<'poste'>, message: Welcome): { sealed: string } {
    end({ state: 'welcomed', poste });
    return { sealed: sealFor(key, 'host', message) };
  }

  async function restoring(): Promise<Welcome> {
    const { book, parc } = await deps.grants();
    const recovery = readRecovery(parc, book.school);
    return {
      school: book.school,
      person: null,
      anchors: [...deps.anchors()],
      grants: [...book.all()] as Grant[],
      keys: [],
      granted: false,
      ...(recovery ? { recovery } : {}),
    };
  }

  /** A request stands in `parc` until a head's poste signs it. */
  async function askForGrant(
    grants: GrantDeps,
    request: { readonly poste: Id<'poste'>; readonly key: string; readonly person: Id<'staff'> },
  ): Promise<void> {
    await grants.parc.put({
      _id: idFrom('event', platform.random(9)),
      type: 'grantRequest',
      v: 1,
      ...request,
    });
  }

  return {
    async open(actor, person) {
      demand(actor, 'poste.introduce');
      const own = actor.kind === 'staff' && actor.personId === person;
      if (!own && !hasRole(actor, 'head')) throw new PreauError('FORBIDDEN', { action: 'poste.introduce' });
      if (!(await deps.entitlementOf(person))) throw new PreauError('NOT_FOUND', { kind: 'staff' });
      return invite(actor, person);
    },
    openRestore(actor) {
      demand(actor, 'poste.introduce');
      return invite(actor, null);
    },
    state(actor) {
      demand(actor, 'poste.introduce');
      return state;
    },
    async confirm(actor, digits) {
      demand(actor, 'poste.introduce');
      if (actor.kind !== 'staff' || actor.personId !== opener)
        throw new PreauError('FORBIDDEN', { action: 'poste.introduce' });
      const { newcomer } = session ?? {};
      if (!session || !newcomer) throw new PreauError('INTRODUCTION_WRONG');
      const right = digitsOf(newcomer, session.host) === digits;
      if (!right) {
        platform.log.warn('introduction.wrong');
        return end({ state: 'refused' });
      }
      session.decide(true);
      return state;
    },
    close(actor) {
      demand(actor, 'poste.introduce');
      return end({ state: 'closed' });
    },
    async answer(step, body) {
      if (step === 'hello') {
        const { commitment } = parse(helloSchema, body);
        if (!invited || invited.until < platform.clock() || session)
          throw new PreauError('INTRODUCTION_WRONG');
        let decide: (welcome: boolean) => void = () => undefined;
        const decided = new Promise<boolean>((resolve) => (decide = resolve));
        const host = newHalf(platform.random(16));
        session = {
          id: toText(platform.random(16)),
          person: invited.person,
          host,
          commitment,
          decided,
          decide,
        };
        return { session: session.id, key: toText(host.publicKey), nonce: toText(host.nonce) };
      }
      if (step === 'reveal') {
        const { session: id, key, nonce } = parse(revealSchema, body);
        const to = current(id);
        const newcomer = { publicKey: fromText(key), nonce: fromText(nonce) };
        if (to.newcomer || toText(commitmentTo(newcomer)) !== to.commitment) {
          end({ state: 'refused' });
          throw new PreauError('INTRODUCTION_WRONG');
        }
        to.newcomer = { ...newcomer, key: sessionKey(to.host, newcomer, newcomer, to.host) };
        become({ state: 'asked' });
        return {};
      }
      if (step !== 'wait') throw new PreauError('BAD_INPUT', { path: 'step' });
      const { session: id, sealed } = parse(waitSchema, body);
      const to = current(id);
      if (!(await to.decided)) throw new PreauError('INTRODUCTION_WRONG');
      try {
        return await welcome(to, sealed);
      } catch (error) {
        end({ state: 'refused' });
        throw isPreauError(error) ? error : new PreauError('INTRODUCTION_WRONG', {}, { cause: error });
      }
    },
  };
}

function parse<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, body);
  if (!parsed.success) throw new PreauError('BAD_INPUT', { path: 'body' });
  return parsed.output;
}
