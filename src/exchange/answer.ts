import * as v from 'valibot';
import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import { instant } from '../domain/time';
import { canonicalBytes } from './canonical';
import { readFrames, writeFrame } from './frames';
import {
  isCredentialOf,
  movedRequestSchema,
  pullRequestSchema,
  type Credential,
  type ExchangeAction,
  type MovedReply,
  type PullEnd,
  type PushReply,
  type RetryReply,
} from './messages';
import { chainOf } from './header';
import { GrantFrames } from './lacking';
import { PULL_DEFAULT_BYTES } from './limits';
import type { Nonces } from './nonce';
import type { Refusal } from './refusal';
import type { Audiences } from './holding';
import type { Replica } from './replica';
import { digestOf, isBehind } from './vector';

/** A request that is not answered: the shell turns the code into an HTTP status. */
export class ExchangeRefused extends Error {
  override readonly name = 'ExchangeRefused';
  constructor(
    readonly code: 'BAD_REQUEST' | 'SIGN_AGAIN',
    readonly nonce?: string,
  ) {
    super(code);
  }
}

export interface Answering {
  readonly replica: Replica;
  readonly nonces: Nonces;
  /** Who is spoken to here, as the callers sign it. */
  readonly channel: string;
  /** What this side itself may hold: a poste only what is granted to it; the commune everything. */
  readonly holds: () => Audiences;
  /** Called after parcels were taken, so that a screen may say so. */
  readonly onTaken?: (count: number) => void;
}

/** Grants of one push that no head signed, after which none is looked at: anybody may send them, and each is a signature. */
const STRANGE_GRANTS_MAX = 200;

/** The answering side of an exchange, without sockets: the gateway and every poste's LAN server are this. */
export function createAnswers(side: Answering) {
  const { replica, nonces } = side;
  /** A crash may have come between a snapshot and the letting go of what it covers: made good at the first question. */
  let settled: Promise<void> | undefined;
  /** Which grants counted when what is refused was last judged: others may take what those did not. */
  let judgedUnder = -1;

  /**
   * Judges again where a grant has come since, whoever brought it: the author may never ask. A dead laptop, and a poste
   * that was put out, have written things that count.
   */
  async function judgeAgain(): Promise<void> {
    const { edition } = replica.book;
    if (edition === judgedUnder) return;
    await replica.retryRefused();
    await replica.listOutdated();
    judgedUnder = edition;
  }

  /** What both sides may speak about: what the caller may read, of what is held here. */
  function shared(poste: Id<'poste'>): Audiences {
    const { audiences, carries } = replica.book.served(poste);
    const own = side.holds();
    if (carries) return own;
    return own === 'all' ? audiences : new Set([...audiences].filter((audience) => own.has(audience)));
  }

  function isSigned(action: ExchangeAction, credential: Credential | undefined, body: Uint8Array): boolean {
    if (!credential || !nonces.accepts(credential.nonce, credential.poste)) return false;
    const request = { action, channel: side.channel, body };
    return replica.book
      .grantsOf(credential.poste)
      .some((grant) => isCredentialOf(grant.key, credential, request));
  }

  /** Also the answer for a poste that nobody knows, so that asking teaches nothing. */
  function demandSigned(
    action: ExchangeAction,
    credential: Credential | undefined,
    body: Uint8Array,
  ): Credential {
    if (credential && isSigned(action, credential, body)) return credential;
    throw new ExchangeRefused('SIGN_AGAIN', credential && nonces.issue(credential.poste));
  }

  return {
    async moved(body: Buffer, credential?: Credential): Promise<MovedReply> {
      const { poste, digest, only } = parseMessage(movedRequestSchema, body);
      const audiences = within(shared(poste), only);
      settled ??= replica.settle().catch((error: unknown) => {
        settled = undefined;
        throw error;
      });
      await settled;
      await judgeAgain();
      // A poste that answers has changes of its own to offer; the commune writes nothing.
      if (audiences !== 'all') for (const audience of audiences) await replica.packOwn(audience);
      const vectors = await replica.vectors(audiences);
      const refused = (await refusalsOf(replica, poste)).length;
      // Two empty hands are not the same news: whoever is not known yet is asked to show its grant.
      const known = replica.book.grantsOf(poste).length > 0;
      const now = instant(nonces.clock());
      if (known && digestOf(vectors) === digest) return { same: true, now, refused };
      const signed = credential?.poste === poste && isSigned('moved', credential, body);
      return { same: false, now, refused, nonce: nonces.issue(poste), ...(signed ? { vectors } : {}) };
    },

    /** Takes frames as they arrive: what came whole before a cut is kept. Needs no credential: each parcel proves itself. */
    async push(chunks: AsyncIterable<Uint8Array>): Promise<PushReply> {
      let taken = 0;
      let duplicates = 0;
      let strange = 0;
      const refused: PushReply['refused'] = [];
      try {
        for await (const frame of readFrames(chunks)) {
          if (frame.kind === 'G' && strange < STRANGE_GRANTS_MAX) {
            if (!(await replica.learn(parseJson(frame.bytes)))) strange += 1;
          }
          if (frame.kind !== 'P') continue;
          const outcome = await replica.take(frame.bytes, side.holds());
          if (outcome.kind === 'taken') taken += 1;
          if (outcome.kind === 'duplicate') duplicates += 1;
          if (outcome.kind === 'taken') refused.push(...outcome.refused);
          if (outcome.kind === 'refused' && refused.length < 1000) refused.push(refusalOfParcel(outcome));
        }
      } finally {
        if (taken > 0) side.onTaken?.(taken);
        // A former head's, perhaps: said where it was shown, whatever follows.
        if (strange > 0) await replica.listOutdated();
      }
      return { taken, duplicates, refused: refused.slice(0, 1000) };
    },

    /** Frames of what the caller lacks; the last one says whether there is more. */
    async *pull(body: Buffer, credential?: Credential): AsyncGenerator<Buffer> {
      const request = parseMessage(pullRequestSchema, body);
      const { poste } = demandSigned('pull', credential, body);
      const may = shared(poste);
      const audiences = within(may, request.only);
      const budget = Math.min(request.budget, PULL_DEFAULT_BYTES);
      const mine = (await replica.vectors(may))['parc'] ?? {};
      const behind = isBehind(request.vectors['parc'] ?? {}, mine);
      const grants = new GrantFrames(replica.book, behind, replica.endsByFrame);
      let bytes = 0;
      let more = false;
      for await (const piece of replica.lacking(request.vectors, audiences)) {
        const length = piece.kind === 'parcel' ? piece.parcel.bytes.length : 0;
        if (bytes > 0 && bytes + length > budget) {
          more = true;
          break;
        }
        // Asked anew: the caller may have been put out since, and what is handed over now was written after.
        if (!mayRead(shared(poste), piece.audience)) continue;
        yield* grants.before(piece);
        if (piece.kind === 'statement') continue;
        bytes += length;
        yield writeFrame('P', piece.parcel.bytes);
      }
      const end: PullEnd = { more, refused: await refusalsOf(replica, poste) };
      yield writeFrame('E', canonicalBytes(end));
    },

    /** The poste that signed this request, for requests that one answering side has beyond the four. @throws ExchangeRefused */
    caller: (action: ExchangeAction, body: Buffer, credential?: Credential): Id<'poste'> =>
      demandSigned(action, credential, body).poste,

    /** Judges again what was refused. @returns what still is, of that poste */
    async retry(body: Buffer, credential?: Credential): Promise<RetryReply> {
      const { poste } = demandSigned('retry', credential, body);
      await replica.retryRefused();
      return { refused: await refusalsOf(replica, poste) };
    },
  };
}
export type Answers = ReturnType<typeof createAnswers>;

const mayRead = (may: Audiences, name: Audience): boolean => may === 'all' || may.has(name);

const within = (may: Audiences, only: readonly Audience[] | undefined): Audiences =>
  only ? new Set(only.filter((name) => mayRead(may, name))) : may;

/** What is refused of a poste: of its own chain, and of the snapshots it made. */
const refusalsOf = async ({ parts, book }: Replica, poste: string): Promise<Refusal[]> =>
  (await parts.refusals.all())
    .filter(({ origin }) => origin === poste || book.consolidation(origin)?.by === poste)
    .slice(0, 1000);

function refusalOfParcel(
  outcome: Extract<Awaited<ReturnType<Replica['take']>>, { kind: 'refused' }>,
): PushReply['refused'][number] {
  if (!outcome.parcel) return { reason: outcome.reason };
  const { audience, from } = outcome.parcel.header;
  return { audience, origin: chainOf(outcome.parcel.header), from, reason: outcome.reason };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** @throws ExchangeRefused */
export function parseMessage<S extends v.GenericSchema>(schema: S, body: Buffer): v.InferOutput<S> {
  const parsed = v.safeParse(schema, parseJson(body));
  if (!parsed.success) throw new ExchangeRefused('BAD_REQUEST');
  return parsed.output;
}
