import type { Claim } from './messages';
import { positionsIn } from './ranges';

/** Why a file is wanted, the most urgent first: a teacher asked for it; a lesson of tomorrow names it; the rest. */
export const PRIORITIES = ['pinned', 'lesson', 'rest'] as const;
export type FilePriority = (typeof PRIORITIES)[number];

/** What one request brings over the line, in bytes: half a minute at 256 kbit/s. Its heads are a thousandth of it. */
export const LINE_STEP_BYTES = 1024 * 1024;
/** What one request brings from a neighbour, in bytes. */
export const LAN_STEP_BYTES = 8 * 1024 * 1024;

/** By priority, then the smallest first: more is whole when the line falls. Equal ones by name, alike on every poste. */
export const inUrgency = <W extends { priority: FilePriority; size: number; sha256: string }>(
  wants: readonly W[],
): readonly W[] =>
  [...wants].sort(
    (a, b) =>
      PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||
      a.size - b.size ||
      (a.sha256 < b.sha256 ? -1 : a.sha256 > b.sha256 ? 1 : 0),
  );

export interface PlanSource {
  readonly id: string;
  readonly kind: 'lan' | 'line';
  has(position: number): boolean;
  /** What that neighbour is fetching over the line; absent where it has made no progress for too long. */
  readonly claim?: Claim | undefined;
}

export interface PlanInput {
  /** Positions that are not here, ascending. */
  readonly missing: readonly number[];
  /** Bytes on the line. */
  readonly bodyLength: (position: number) => number;
  /** A body of which a part is here. */
  readonly started?: { readonly position: number; readonly bytes: number } | undefined;
  readonly sources: readonly PlanSource[];
  /** Where in the file this poste begins, 0 to 1: two that start at once begin apart. */
  readonly start: number;
  /** Bytes that may still come over the line. */
  readonly budget: number;
}

export type Step =
  | { readonly do: 'fetch'; readonly source: string; readonly positions: readonly number[] }
  /** Neighbours are bringing what is left. */
  | { readonly do: 'wait' }
  | { readonly do: 'stop'; readonly why: 'whole' | 'budget' | 'nobody' };

/** What to ask next, and whom: a neighbour for all it has; the line for what no neighbour has, nor is bringing. */
export function nextStep(input: PlanInput): Step {
  const { missing, sources } = input;
  if (missing.length === 0) return { do: 'stop', why: 'whole' };
  const lan = sources.filter(({ kind }) => kind === 'lan');
  const near = lan
    .map((source) => ({ source, positions: missing.filter((at) => source.has(at)) }))
    .sort((a, b) => b.positions.length - a.positions.length)[0];
  if (near && near.positions.length > 0) {
    const positions = upTo(LAN_STEP_BYTES, startedFirst(near.positions, input), input.bodyLength);
    return { do: 'fetch', source: near.source.id, positions };
  }
  const claimed = new Set(lan.flatMap(({ claim }) => (claim ? [...positionsIn(claim.ranges)] : [])));
  const free = missing.filter((at) => !claimed.has(at));
  for (const source of sources) {
    if (source.kind !== 'line') continue;
    const there = free.filter((at) => source.has(at));
    if (there.length === 0) continue;
    const order = startedFirst(turned(there, input.start), input);
    const positions = upTo(Math.min(LINE_STEP_BYTES, input.budget), order, costOf(input));
    return positions.length > 0
      ? { do: 'fetch', source: source.id, positions }
      : { do: 'stop', why: 'budget' };
  }
  return free.length < missing.length ? { do: 'wait' } : { do: 'stop', why: 'nobody' };
}

const costOf =
  ({ bodyLength, started }: PlanInput) =>
  (position: number): number =>
    bodyLength(position) - (started?.position === position ? started.bytes : 0);

/** From that part of the file on, and round. */
function turned(positions: readonly number[], start: number): readonly number[] {
  const from = Math.floor(positions.length * Math.min(Math.max(start, 0), 1));
  return [...positions.slice(from), ...positions.slice(0, from)];
}

const startedFirst = (positions: readonly number[], { started }: PlanInput): readonly number[] =>
  started && positions.includes(started.position)
    ? [started.position, ...positions.filter((at) => at !== started.position)]
    : positions;

/** The first positions that fit. */
function upTo(
  limit: number,
  positions: readonly number[],
  cost: (position: number) => number,
): readonly number[] {
  const taken: number[] = [];
  let bytes = 0;
  for (const at of positions) {
    bytes += cost(at);
    if (bytes > limit) break;
    taken.push(at);
  }
  return taken;
}

/**
 * What becomes of a claim once the neighbours were asked. Each poste shows its claim before it asks, so of two that want the
 * same, one at least sees the other; the smaller id goes, and waits until a larger one that is still asking has seen it.
 */
export function afterAsking(
  self: string,
  positions: readonly number[],
  neighbours: readonly { readonly id: string; readonly claim?: Claim | undefined }[],
): 'go' | 'yield' | 'ask-again' {
  const mine = new Set(positions);
  const rivals = neighbours.filter(
    ({ claim }) => claim && [...positionsIn(claim.ranges)].some((at) => mine.has(at)),
  );
  if (rivals.some(({ id, claim }) => claim?.state === 'going' || id < self)) return 'yield';
  return rivals.length > 0 ? 'ask-again' : 'go';
}
