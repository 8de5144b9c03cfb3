import { isPreauError, PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { hasRole, type Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import type { IntroductionState } from '../../contract/staff/sync';
import * as v from 'valibot';
import { fromText, toText } from '../../exchange';
import {
  commitmentTo,
  digitsOf,
  newHalf,
  openFrom,
  sealFor,
  sessionKey,
  type Half,
} from './introduction-code';
import { helloSchema, newcomerSchema, revealSchema, waitSchema } from './introduction-messages';
import { welcomeFor, type Guest, type WelcomeDeps } from './welcome';

export interface IntroductionDeps extends WelcomeDeps {
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
  /** For the school's relay, which carries everything and is given the key of `parc` alone. @throws PreauError `FORBIDDEN` */
  openRelay(actor: Actor): IntroductionState;
  state(actor: Actor): IntroductionState;
  /** The digits of the newcomer's screen. Wrong ones end the introduction: whoever was there has lost its chance. */
  confirm(actor: Actor, digits: string): Promise<IntroductionState>;
  close(actor: Actor): IntroductionState;
  /** The newcomer's requests, from the LAN. @throws PreauError `INTRODUCTION_WRONG`, `BAD_INPUT` */
  answer(step: string, body: unknown): Promise<unknown>;
}

interface Session {
  readonly id: string;
  readonly guest: Guest;
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
  let invited: { readonly guest: Guest; readonly until: number } | undefined;
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
  function invite(actor: Actor, guest: Guest): IntroductionState {
    end({ state: 'closed' });
    opener = actor.kind === 'staff' ? actor.personId : undefined;
    invited = { guest, until: platform.clock() + INTRODUCTION_LIFETIME_MS };
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
    const message = await welcomeFor(deps, to.guest, said.output);
    end({ state: 'welcomed', poste: said.output.poste });
    return { sealed: sealFor(to.newcomer.key, 'host', message) };
  }

  return {
    async open(actor, person) {
      demand(actor, 'poste.introduce');
      const own = actor.kind === 'staff' && actor.personId === person;
      if (!own && !hasRole(actor, 'head')) throw new PreauError('FORBIDDEN', { action: 'poste.introduce' });
      if (!(await deps.entitlementOf(person))) throw new PreauError('NOT_FOUND', { kind: 'staff' });
      return invite(actor, { for: 'person', person });
    },
    openRestore(actor) {
      demand(actor, 'poste.introduce');
      return invite(actor, { for: 'restore' });
    },
    openRelay(actor) {
      demand(actor, 'sync.manage');
      return invite(actor, { for: 'relay' });
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
        const { commitment, as } = parse(helloSchema, body);
        if (!invited || invited.until < platform.clock() || session)
          throw new PreauError('INTRODUCTION_WRONG');
        if ((as === 'relay') !== (invited.guest.for === 'relay')) throw new PreauError('INTRODUCTION_WRONG');
        let decide: (welcome: boolean) => void = () => undefined;
        const decided = new Promise<boolean>((resolve) => (decide = resolve));
        const host = newHalf(platform.random(16));
        session = {
          id: toText(platform.random(16)),
          guest: invited.guest,
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
