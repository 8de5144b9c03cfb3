import type { Audience } from '../domain/audience';
import type { Id } from '../domain/id';
import type { Priority } from '../domain/sync/moments';
import type { Frame } from './frames';
import type { Audiences } from './holding';
import type { Credential, MovedReply, PushReply, RetryReply } from './messages';
import type { Refusal } from './refusal';
import type { Replica } from './replica';
import type { Signer } from './signature';

/**
 * The other side, however it is reached. Each call may fail at any byte; what came before counts.
 * Where a signature is not taken, a call throws `ExchangeRefused` `SIGN_AGAIN` with another nonce.
 */
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
  readonly audiences: Audiences;
  /** What this side may hold by now, asked again and again: a year may end in mid-run. Absent: as when the run began. */
  readonly holds?: (() => Audiences) | undefined;
  /** The poste at the other end, absent for the commune: it may be put out in mid-run, and is handed nothing from then on. */
  readonly other?: Id<'poste'> | undefined;
  /** Only bases of these classes; absent: all. What is in the others is left for a later run. */
  readonly priorities?: readonly Priority[] | undefined;
  /** Bytes of parcels this run may move, both ways together; the last parcel that comes may pass it. Absent: no ceiling. */
  readonly budget?: number | undefined;
  /** The last nonce this remote gave; signing at once saves a request. */
  readonly nonce?: string | undefined;
  readonly counters: RunCounters;
  /** Called whenever something came through: the supervisor's stall timer is wound up again. */
  readonly onProgress?: () => void;
}

/** The other side holds more of this poste's own chain than this poste does: its folder was put back from before. */
export class OwnChainAhead extends Error {
  override readonly name = 'OwnChainAhead';
  constructor() {
    super('own chain ahead');
  }
}

export interface RunEnd {
  /** To be kept for the next run. */
  readonly nonce: string | undefined;
  /** The other side's instant, when it was asked: clocks may be compared. */
  readonly now: string;
  /** What the other side does not take from us, as it stands now. */
  readonly theirs: readonly Refusal[];
  /** What we did not take from it: whole parcels, offered again next time. */
  readonly ours: readonly Refusal[];
  /**
   * Audiences of which something stays for a later run because the budget was used up, and those whose class was not
   * asked for: of these nobody looked.
   */
  readonly left: { readonly up: readonly Audience[]; readonly down: readonly Audience[] };
  /** How far the other side holds this poste's own chain, for each audience of which it took all there was when the run began. */
  readonly confirmed: Readonly<Record<Audience, number>>;
}
