import * as v from 'valibot';
import { LIST_MAX_CHUNKS, RANGES_MAX } from './limits';

/** Positions in a list as ranges, both ends included, ascending and apart. */
export type Ranges = [number, number][];

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LIST_MAX_CHUNKS - 1));
export const rangesSchema = v.pipe(
  v.array(v.tuple([position, position])),
  v.maxLength(RANGES_MAX),
  v.check(
    (ranges) => ranges.every(([from, to], at) => from <= to && from > (ranges[at - 1]?.[1] ?? -1)),
    'ascending and apart',
  ),
);

/** What is asked for, in the order in which it is wanted. */
export const wantSchema = v.pipe(
  v.array(v.tuple([position, position])),
  v.maxLength(RANGES_MAX),
  v.check((ranges) => ranges.every(([from, to]) => from <= to), 'ascending'),
  v.check(
    (ranges) => ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0) <= LIST_MAX_CHUNKS,
    'more than a file has',
  ),
);

/** @param positions runs of them become ranges; what does not fit into `RANGES_MAX` ranges is left out, for a later message */
export function rangesOf(positions: Iterable<number>): Ranges {
  const ranges: Ranges = [];
  for (const at of positions) {
    const last = ranges.at(-1);
    if (last && last[1] === at - 1) last[1] = at;
    else if (ranges.length < RANGES_MAX) ranges.push([at, at]);
    else break;
  }
  return ranges;
}

export function* positionsIn(ranges: Ranges): Generator<number> {
  for (const [from, to] of ranges) for (let at = from; at <= to; at++) yield at;
}
