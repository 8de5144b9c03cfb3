import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import * as v from 'valibot';
import { grantFrames } from './answer';
import { canonicalBytes } from './canonical';
import { writeFrame, type Frame } from './frames';
import { BUNDLE_MAX_BYTES, PULL_DEFAULT_BYTES } from './limits';
import {
  makeCredential,
  pullEndSchema,
  type Credential,
  type ExchangeAction,
  type MovedReply,
  type PullEnd,
  type PushReply,
  type RetryReply,
} from './messages';
import { inPriority } from './priority';
import type { Refusal } from './refusal';
import type { Replica, Taken } from './replica';
import type { Signer } from './signature';
import { digestOf, isBehind, type Vectors } from './vector';

/** The other side, however it is reached. Each call may fail at any byte; what came before counts. */
export interface Remote {
  /** Who is spoken to, as a credential names it. */
  readonly channel: string;
  moved(body: Buffer, credential?: Credential): Promise<MovedReply>;
  push(frames: AsyncIterable<Buffer>): Promise<PushReply>;
  pull(body: Buffer, credential: Credential): AsyncIterable<Frame>;
  retry(body: Buffer, credential: Credential): Promise<RetryReply>;
  /** The commune only. */
  keys?(body: Buffer, credential: Credential): Promise<void>;
}

export interface RunCounters {
  requests: number;
  packed: number;
  sent: number;
  sentBytes: number;
  received: number;
  receivedBytes: number;
}
export const noCounters = (): RunCounters => ({
  requests: 0,
  packed: 0,
  sent: 0,
  sentBytes: 0,
  received: 0,
  receivedBytes: 0,
});

export interface Run {
  readonly replica: Replica;
  readonly remote: Remote;
  readonly poste: Id<'poste'>;
  readonly signer: Signer;
  /** What both sides may hold. */
  readonly audiences: ReadonlySet<Audience>;
  /** The last nonce this remote gave; signing at once saves a request. */
  readonly nonce?: string | undefined;
  readonly counters: RunCounters;
  /** Called whenever something came through: the supervisor's stall timer is wound up again. */
  readonly onProgress?: () => void;
}

export interface RunEnd {
  /** To be kept for the next run. */
  readonly nonce: string | undefined;
  /** What the other side does not take from us, as it stands now. */
  readonly theirs: readonly Refusal[];
  /** What we did not take from it: whole parcels, offered again next time. */
  readonly ours: readonly Refusal[];
}

/**
 * One exchange with one other side: pack, ask, push, pull. Run twice in a row it does nothing the second time; cut at
 * any byte and run again, it goes on where it was.
 */
export async function exchange(run: Run): Promise<RunEnd> {
  const { replica, counters } = run;
  for (const audience of inPriority(run.audiences)) counters.packed += await replica.packOwn(audience);

  const mine = await replica.vectors(run.audiences);
  const question = canonicalBytes({ poste: run.poste, digest: digestOf(mine) });
  let nonce = run.nonce;
  let reply = await ask(run, question, nonce);
  if (!reply.same && !reply.vectors) {
    nonce = reply.nonce;
    reply = await ask(run, question, nonce);
  }
  if (reply.same) {
    return { nonce, theirs: reply.refused > 0 && nonce ? await retry(run, nonce) : [], ours: [] };
  }
  nonce = reply.nonce;
  let theirVectors = reply.vectors;
  const refusedByThem = await push(run, mine, theirVectors);
  if (!theirVectors) {
    // The other side did not know this poste. The grants that came with its parcels may have changed that.
    const second = await ask(run, question, nonce);
    if (!second.same) theirVectors = second.vectors;
  }
  const pulled = theirVectors ? await pull(run, nonce, theirVectors) : { ours: [], theirs: undefined };
  const parcels = refusedByThem.filter((refusal) => refusal.document === undefined);
  // The end of a pull says all that is still refused; where nothing was pulled it is asked for.
  const unsaid = reply.refused > 0 || parcels.length < refusedByThem.length;
  const documents = pulled.theirs ?? (unsaid && theirVectors ? await retry(run, nonce) : []);
  return { nonce, theirs: [...parcels, ...documents], ours: pulled.ours };
}

async function ask(run: Run, body: Buffer, nonce: string | undefined): Promise<MovedReply> {
  run.counters.requests += 1;
  const reply = await run.remote.moved(
    body,
    nonce === undefined ? undefined : credential(run, 'moved', nonce, body),
  );
  run.onProgress?.();
  return reply;
}

async function push(run: Run, mine: Vectors, theirs: Vectors | undefined): Promise<readonly Refusal[]> {
  const { replica, counters } = run;
  const refused: Refusal[] = [];
  const parcels = replica.lacking(theirs ?? {}, run.audiences);
  const mayLackGrants = !theirs || isBehind(theirs['parc'] ?? {}, mine['parc'] ?? {});
  const cited = mayLackGrants ? new Set<string>() : undefined;
  let next = await parcels.next();
  // Whoever is not known shows its grant, even with nothing to bring: it may have been rebuilt a moment ago.
  let introduce = theirs === undefined;
  while (next.done !== true || introduce) {
    let bytes = 0;
    const bundle = async function* (): AsyncGenerator<Buffer> {
      if (introduce) {
        introduce = false;
        for (const grant of replica.book.all()) {
          if (grant.kind !== 'headKey' && (grant.kind !== 'poste' || grant.poste !== run.poste)) continue;
          cited?.add(grant._id);
          yield writeFrame('G', canonicalBytes(grant));
        }
      }
      while (next.done !== true && bytes < BUNDLE_MAX_BYTES / 2) {
        if (cited) yield* grantFrames(replica, next.value, cited);
        bytes += next.value.length;
        counters.sent += 1;
        counters.sentBytes += next.value.length;
        yield writeFrame('P', next.value);
        run.onProgress?.();
        next = await parcels.next();
      }
    };
    counters.requests += 1;
    const reply = await run.remote.push(bundle());
    run.onProgress?.();
    for (const refusal of reply.refused) if ('audience' in refusal) refused.push(refusal);
  }
  return refused;
}

async function pull(
  run: Run,
  nonce: string,
  theirs: Vectors,
): Promise<{ ours: Refusal[]; theirs: readonly Refusal[] | undefined }> {
  const { replica, counters } = run;
  const ours = new Map<string, Refusal>();
  let refusedByThem: readonly Refusal[] | undefined;
  for (;;) {
    const mine = await replica.vectors(run.audiences);
    if (!Object.entries(theirs).some(([audience, vector]) => isBehind(mine[audience] ?? {}, vector))) break;
    const body = canonicalBytes({ vectors: mine, budget: PULL_DEFAULT_BYTES });
    counters.requests += 1;
    let taken = 0;
    let end: PullEnd | undefined;
    for await (const frame of run.remote.pull(body, credential(run, 'pull', nonce, body))) {
      run.onProgress?.();
      if (frame.kind === 'G') replica.book.learn(JSON.parse(frame.bytes.toString('utf8')));
      if (frame.kind === 'E') end = v.parse(pullEndSchema, JSON.parse(frame.bytes.toString('utf8')));
      if (frame.kind !== 'P') continue;
      counters.received += 1;
      counters.receivedBytes += frame.bytes.length;
      const outcome = await replica.take(frame.bytes);
      if (outcome.kind === 'taken') taken += 1;
      if (outcome.kind === 'refused') note(ours, outcome);
    }
    refusedByThem = end?.refused;
    // Without progress another request would bring the same again; it is offered at the next run.
    if (!end?.more || taken === 0) break;
  }
  return { ours: [...ours.values()], theirs: refusedByThem };
}

function note(list: Map<string, Refusal>, outcome: Extract<Taken, { kind: 'refused' }>): void {
  if (!outcome.parcel) return;
  const { audience, origin, from } = outcome.parcel.header;
  list.set(`${audience}|${origin}`, { audience, origin, from, reason: outcome.reason });
}

async function retry(run: Run, nonce: string): Promise<readonly Refusal[]> {
  const body = canonicalBytes({});
  run.counters.requests += 1;
  return (await run.remote.retry(body, credential(run, 'retry', nonce, body))).refused;
}

function credential(run: Run, action: ExchangeAction, nonce: string, body: Buffer): Credential {
  return makeCredential(run.signer, run.poste, { action, channel: run.remote.channel, nonce, body });
}
