import type { Audience } from '../domain/audience';
import * as v from 'valibot';
import { ExchangeRefused } from './answer';
import { canonicalBytes } from './canonical';
import { writeFrame, type Frame } from './frames';
import { chainOf } from './header';
import type { Audiences } from './holding';
import { GrantFrames, type Piece } from './lacking';
import { BUNDLE_MAX_BYTES, PULL_DEFAULT_BYTES, SIGN_AGAIN_MAX } from './limits';
import {
  makeCredential,
  pullEndSchema,
  type Credential,
  type ExchangeAction,
  type MovedReply,
  type PullEnd,
} from './messages';
import { inPriority, priorityOf } from './priority';
import type { Refusal } from './refusal';
import type { Taken } from './replica';
import { OwnChainAhead, type Run, type RunEnd } from './run-parts';
import { digestOf, isBehind, type Vector, type Vectors } from './vector';

/**
 * One exchange with one other side: pack, ask, push, pull. Run twice in a row it does nothing the second time; cut at
 * any byte and run again, it goes on where it was.
 */
export async function exchange(run: Run): Promise<RunEnd> {
  await run.replica.listDamaged();
  const end = await new Exchange(run).go();
  await run.replica.listDamaged();
  return end;
}

class Exchange {
  private nonce: string | undefined;
  private signedAgain = 0;
  private readonly audiences: Audiences;
  /** Named in requests where this run is limited to some of what both sides may hold. */
  private readonly only: { readonly only?: readonly Audience[] };
  private readonly ours = new Map<string, Refusal>();
  private readonly left = { up: new Set<Audience>(), down: new Set<Audience>() };
  /** Something of these stays here: the other side was put out meanwhile. */
  private readonly withheld = new Set<Audience>();

  constructor(private readonly run: Run) {
    this.nonce = run.nonce;
    const { audiences, priorities } = run;
    const asked = audiences === 'all' ? [] : [...audiences];
    const chosen = asked.filter((name) => priorities?.includes(priorityOf(name)) ?? true).sort();
    // Where all are asked for, nothing is said: the request is shorter by their names.
    const limited = chosen.length < asked.length;
    this.audiences = limited ? new Set(chosen) : audiences;
    this.only = limited ? { only: chosen } : {};
  }

  async go(): Promise<RunEnd> {
    const { replica, counters } = this.run;
    await replica.settle();
    await replica.listUncounted(this.run.audiences);
    for (const audience of this.writable()) counters.packed += await replica.packOwn(audience);
    const mine = await replica.vectors(this.audiences);
    const question = canonicalBytes({ poste: this.run.poste, digest: digestOf(mine), ...this.only });
    let reply = await this.ask(question);
    if (!reply.same && !reply.vectors) reply = await this.ask(question);
    if (reply.same) return this.end(reply, mine, reply.refused > 0 ? await this.retry() : []);

    let theirs = reply.vectors;
    await this.demandOwn(theirs);
    const refused = await this.push(mine, theirs);
    if (!theirs) {
      // The other side did not know this poste. The grants that came with its parcels may have changed that.
      const second = await this.ask(question);
      if (!second.same) theirs = second.vectors;
      await this.demandOwn(theirs);
    }
    const pulled = theirs && (await this.pull(theirs));
    const parcels = refused.filter((refusal) => refusal.document === undefined);
    // The end of a pull says all that is still refused; where nothing was pulled it is asked for.
    const unsaid = reply.refused > 0 || parcels.length < refused.length;
    const documents = pulled ?? (unsaid && theirs ? await this.retry() : []);
    return this.end(reply, mine, [...parcels, ...documents]);
  }

  /**
   * A parcel is flushed here before anybody else has it: who holds more of this poste's own chain than this poste does knew
   * a later state of it. Another parcel under the same numbers would fork the chain, so nothing is pushed before that is
   * clear: a number is anybody's word, a parcel bears this poste's signature.
   */
  private async demandOwn(theirs: Vectors = {}): Promise<void> {
    const { poste, replica } = this.run;
    // Asked anew: a snapshot under way packs as well.
    const mine = await replica.vectors(this.audiences);
    for (const [name, vector] of Object.entries(theirs)) {
      const own = mine[name]?.[poste] ?? 0;
      // What was destroyed with its year is not a folder that was put back.
      if (!this.within(name) || !this.isHeld(name) || (vector[poste] ?? 0) <= own) continue;
      // Where the two chains part is at the end of a parcel that both sides have: a little before what is held here, or more.
      for (let back = 0; !replica.restored; back = back === 0 ? 1 : back * 8) {
        const chains = Object.entries({ ...mine[name], [poste]: own - back });
        const vectors = { ...mine, [name]: Object.fromEntries(chains.filter(([, to]) => to > 0)) };
        await this.pullOnce(canonicalBytes({ vectors, budget: PULL_DEFAULT_BYTES, only: [name] }));
        if (back >= own || (await this.holdsOwn(name, vector))) break;
      }
    }
    if (replica.restored) throw new OwnChainAhead();
  }

  /** A disk had spoilt a parcel of this poste's own chain, and what came has mended it. */
  private async holdsOwn(name: Audience, theirs: Vector): Promise<boolean> {
    const { poste, replica } = this.run;
    const mine = (await replica.vectors(new Set([name])))[name];
    return (mine?.[poste] ?? 0) >= (theirs[poste] ?? 0);
  }

  private isHeld(name: Audience): boolean {
    const held = this.run.holds?.() ?? 'all';
    return held === 'all' || held.has(name);
  }

  private within(name: Audience): boolean {
    return this.audiences === 'all' || this.audiences.has(name);
  }

  private writable(): readonly Audience[] {
    const { replica, poste } = this.run;
    if (this.audiences !== 'all') return inPriority(this.audiences);
    const all = [...replica.book.readable(poste).audiences];
    return inPriority(all.filter((name) => this.run.priorities?.includes(priorityOf(name)) ?? true));
  }

  private end({ now }: MovedReply, mine: Vectors, theirs: readonly Refusal[]): RunEnd {
    const unseen =
      this.run.audiences === 'all' ? [] : [...this.run.audiences].filter((name) => !this.within(name));
    const left = {
      up: inPriority(new Set([...this.left.up, ...unseen])),
      down: inPriority(new Set([...this.left.down, ...unseen])),
    };
    const confirmed = this.confirmed(mine, theirs);
    return { nonce: this.nonce, now, theirs, ours: [...this.ours.values()], left, confirmed };
  }

  /** @param mine as it stood before anything was pushed: what was packed since may still be here and nowhere else */
  private confirmed(mine: Vectors, theirs: readonly Refusal[]): RunEnd['confirmed'] {
    const { poste } = this.run;
    const stopped = theirs.filter(({ origin, document }) => origin === poste && document === undefined);
    const kept = new Set([...this.left.up, ...this.withheld, ...stopped.map(({ audience }) => audience)]);
    const own = Object.entries(mine).map(([name, vector]) => [name, vector[poste] ?? 0] as const);
    return Object.fromEntries(own.filter(([name, to]) => to > 0 && !kept.has(name)));
  }

  private async ask(body: Buffer): Promise<MovedReply> {
    const { remote, counters, onProgress } = this.run;
    counters.requests += 1;
    const reply = await remote.moved(
      body,
      this.nonce === undefined ? undefined : this.credential('moved', this.nonce, body),
    );
    if (!reply.same) this.nonce = reply.nonce;
    onProgress?.();
    return reply;
  }

  /** Bytes that this run may still move. */
  private get room(): number {
    const { budget = Infinity, counters } = this.run;
    return budget - counters.sentBytes - counters.receivedBytes;
  }

  private async push(mine: Vectors, theirs: Vectors | undefined): Promise<readonly Refusal[]> {
    const { replica, remote, counters, onProgress } = this.run;
    const refused: Refusal[] = [];
    const pieces = this.allowed(replica.lacking(theirs ?? {}, this.audiences));
    const behind = !theirs || isBehind(theirs['parc'] ?? {}, mine['parc'] ?? {});
    const grants = new GrantFrames(replica.book, behind, replica.endsByFrame);
    let next = await pieces.next();
    // Whoever is not known shows its grant, even with nothing to bring: it may have been rebuilt a moment ago.
    let introduce = theirs === undefined;
    const fits = (piece: Piece): boolean =>
      piece.kind === 'statement' || piece.parcel.bytes.length <= this.room;
    while (introduce || (next.done !== true && fits(next.value))) {
      let bytes = 0;
      const introducing = introduce;
      introduce = false;
      const bundle = async function* (this: Exchange): AsyncGenerator<Buffer> {
        if (introducing) yield* this.introduction(grants);
        while (next.done !== true && fits(next.value) && bytes < BUNDLE_MAX_BYTES / 2) {
          yield* grants.before(next.value);
          if (next.value.kind === 'parcel') {
            const parcel = next.value.parcel.bytes;
            bytes += parcel.length;
            counters.sent += 1;
            counters.sentBytes += parcel.length;
            yield writeFrame('P', parcel);
            onProgress?.();
          }
          next = await pieces.next();
        }
      };
      counters.requests += 1;
      const reply = await remote.push(bundle.call(this));
      onProgress?.();
      for (const refusal of reply.refused) if ('audience' in refusal) refused.push(refusal);
    }
    for (; next.done !== true; next = await pieces.next()) this.left.up.add(next.value.audience);
    return refused;
  }

  /** What the other side may still read of these, asked for each: a revocation may have come since the run began. */
  private async *allowed(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
    const { other, replica } = this.run;
    for await (const piece of pieces) {
      const may = other && replica.book.served(other);
      if (!may || may.carries || may.audiences.has(piece.audience)) yield piece;
      else this.withheld.add(piece.audience);
    }
  }

  private *introduction(grants: GrantFrames): Generator<Buffer> {
    const { replica, poste } = this.run;
    for (const grant of replica.book.all())
      if (grant.kind.startsWith('headKey') || (grant.kind === 'poste' && grant.poste === poste))
        yield* grants.one(grant);
  }

  /** @returns what the other side refuses of this poste; undefined where nothing was pulled */
  private async pull(theirs: Vectors): Promise<readonly Refusal[] | undefined> {
    const { replica, counters } = this.run;
    let refused: readonly Refusal[] | undefined;
    for (;;) {
      const mine = await replica.vectors(this.audiences);
      const behind = Object.keys(theirs).filter(
        (name) => this.within(name) && this.isHeld(name) && isBehind(mine[name] ?? {}, theirs[name] ?? {}),
      );
      if (behind.length === 0) return refused;
      if (this.room <= 0) {
        for (const name of behind) this.left.down.add(name);
        return refused;
      }
      const budget = Math.min(PULL_DEFAULT_BYTES, this.room);
      const before = counters.received;
      const { end, taken } = await this.pullOnce(canonicalBytes({ vectors: mine, budget, ...this.only }));
      refused = end?.refused;
      // Without progress another request would bring the same again; it is offered at the next run.
      if (!end?.more || taken === 0 || counters.received === before) return refused;
    }
  }

  private async pullOnce(body: Buffer): Promise<{ end: PullEnd | undefined; taken: number }> {
    const { replica, remote, counters, onProgress } = this.run;
    for (;;) {
      counters.requests += 1;
      let taken = 0;
      let end: PullEnd | undefined;
      try {
        for await (const frame of remote.pull(body, this.credential('pull', this.nonce ?? '', body))) {
          onProgress?.();
          if (frame.kind === 'G') await replica.learn(json(frame));
          if (frame.kind === 'E') end = v.parse(pullEndSchema, json(frame));
          if (frame.kind !== 'P') continue;
          counters.received += 1;
          counters.receivedBytes += frame.bytes.length;
          const outcome = await replica.take(frame.bytes, this.taking());
          if (outcome.kind === 'taken') taken += 1;
          if (outcome.kind === 'refused') this.note(outcome);
        }
        return { end, taken };
      } catch (error) {
        this.signAgain(error);
      }
    }
  }

  private taking(): Audiences {
    const { audiences } = this.run;
    return audiences === 'all'
      ? (this.run.holds?.() ?? 'all')
      : new Set([...audiences].filter((name) => this.isHeld(name)));
  }

  /** Asks the other side to judge again what it refuses of this poste. */
  private async retry(): Promise<readonly Refusal[]> {
    const body = canonicalBytes({});
    for (;;) {
      this.run.counters.requests += 1;
      try {
        const credential = this.credential('retry', this.nonce ?? '', body);
        return (await this.run.remote.retry(body, credential)).refused;
      } catch (error) {
        this.signAgain(error);
      }
    }
  }

  /** A nonce may end in mid-run: the next one goes on with the same run. @throws the error that is none of these, or one too many */
  private signAgain(error: unknown): void {
    const again = error instanceof ExchangeRefused && error.code === 'SIGN_AGAIN' && error.nonce;
    if (!again || this.signedAgain >= SIGN_AGAIN_MAX) throw error;
    this.signedAgain += 1;
    this.nonce = again;
  }

  private note(outcome: Extract<Taken, { kind: 'refused' }>): void {
    if (!outcome.parcel) return;
    const { audience, from } = outcome.parcel.header;
    if (!this.isHeld(audience)) return;
    const origin = chainOf(outcome.parcel.header);
    this.ours.set(`${audience}|${origin}`, { audience, origin, from, reason: outcome.reason });
  }

  private credential(action: ExchangeAction, nonce: string, body: Buffer): Credential {
    const { signer, poste, remote } = this.run;
    return makeCredential(signer, poste, { action, channel: remote.channel, nonce, body });
  }
}

const json = (frame: Frame): unknown => JSON.parse(frame.bytes.toString('utf8'));
