import type { Audience } from '../../domain/audience';
import { isPreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Priority } from '../../domain/sync/moments';
import {
  exchange,
  ExchangeRefused,
  OwnChainAhead,
  noCounters,
  type Replica,
  type RunCounters,
  type RunEnd,
  type Signer,
} from '../../exchange';
import { agentFor, httpRemote, type RemoteAddress } from './http-remote';
import type { RunRecord } from './state-file';

export interface RunOutcome {
  readonly record: RunRecord;
  readonly counters: RunCounters;
  /** Absent where the run did not go through; what came before the cut is kept all the same. */
  readonly end?: RunEnd;
  readonly nonce?: string | undefined;
  /** The other side holds more of this poste's writing than this poste does. */
  readonly restored?: true;
}

/**
 * One exchange under a stall timer: it ends by itself when nothing comes through, and says how it ended instead of
 * throwing. A line that is not there is a state, not an error.
 */
export async function superviseRun(input: {
  readonly replica: Replica;
  readonly address: Omit<RemoteAddress, 'signal' | 'meter'>;
  readonly identity: { readonly poste: Id<'poste'>; readonly signer: Signer };
  readonly audiences: ReadonlySet<Audience>;
  /** What this poste may hold by now. */
  readonly holds?: (() => ReadonlySet<Audience>) | undefined;
  /** The poste at the other end; absent for the commune. */
  readonly other?: Id<'poste'> | undefined;
  /** As `Run` has them: classes of bases, bytes of parcels. */
  readonly priorities?: readonly Priority[];
  readonly budget?: number;
  readonly nonce: string | undefined;
  readonly stop: AbortController;
  /** In milliseconds without any progress. */
  readonly stallMs: number;
  readonly now: () => string;
}): Promise<RunOutcome> {
  const counters = noCounters();
  // One connection for the whole run: on a line of 600 ms another handshake is worth a page of text.
  const agent = agentFor(input.address.url);
  const line = { up: 0, down: 0 };
  let stalled = false;
  const giveUp = (): void => {
    stalled = true;
    input.stop.abort();
  };
  let timer = setTimeout(giveUp, input.stallMs);
  const onProgress = (): void => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, input.stallMs);
  };
  const meter = {
    up: (bytes: number) => void ((line.up += bytes), onProgress()),
    down: (bytes: number) => void ((line.down += bytes), onProgress()),
  };
  const record = (outcome: RunRecord['outcome'], reason?: string): RunRecord => ({
    at: input.now(),
    outcome,
    ...(reason ? { reason } : {}),
    ...line,
    sent: counters.sent,
    received: counters.received,
  });
  try {
    const end = await exchange({
      replica: input.replica,
      remote: httpRemote({ ...input.address, agent, signal: input.stop.signal, meter }),
      poste: input.identity.poste,
      signer: input.identity.signer,
      audiences: input.audiences,
      other: input.other,
      holds: input.holds,
      priorities: input.priorities,
      budget: input.budget,
      nonce: input.nonce,
      counters,
      onProgress,
    });
    return { record: record('done'), counters, end, nonce: end.nonce };
  } catch (error) {
    if (error instanceof OwnChainAhead)
      return { record: record('failed', 'OWN_CHAIN_AHEAD'), counters, restored: true };
    if (stalled) return { record: record('stalled'), counters };
    if (error instanceof ExchangeRefused) return { record: record('refused', error.code), counters };
    if (!isPreauError(error)) return { record: record('failed', 'INTERNAL'), counters };
    const outcome =
      error.code === 'NO_LINE' ? 'no-line' : error.code === 'GATEWAY_REFUSED' ? 'refused' : 'failed';
    const reason = typeof error.params['reason'] === 'string' ? error.params['reason'] : error.code;
    return { record: record(outcome, reason), counters };
  } finally {
    clearTimeout(timer);
    agent.destroy();
  }
}
