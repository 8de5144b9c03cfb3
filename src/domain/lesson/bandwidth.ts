import type { SeatKey } from './model';

/** A tile somebody looks at, with the width it is drawn at (CSS pixels). */
export interface Wanted {
  readonly seat: SeatKey;
  readonly width: number;
}
export interface StreamShare {
  /** Pixels. */
  readonly width: number;
  /** Pictures a second. */
  readonly perSecond: number;
  readonly kbit: number;
}

/** Widths a device encodes: few, so that a window resized by a pixel restarts nothing. */
const WIDTHS = [456, 640, 960, 1280] as const;
const LARGE = 640;
/** Below this a tile shows blocks, not a lesson. kbit/s */
const LEAST = 40;
/** What thirty tiles get of the usual ceiling: a tile more or less changes nothing for the others. */
const MOST_SMALL = 100;
const MOST_LARGE = 1_200;

/** One hard ceiling (kbit/s) for the whole lesson, divided: a large view counts four times. */
export function shareOut(tiles: readonly Wanted[], ceilingKbit: number): ReadonlyMap<SeatKey, StreamShare> {
  const weight = (tile: Wanted): number => (tile.width >= LARGE ? 4 : 1);
  const total = tiles.reduce((sum, tile) => sum + weight(tile), 0);
  return new Map(
    tiles.map((tile) => {
      const large = tile.width >= LARGE;
      const part = (ceilingKbit * weight(tile)) / total;
      const kbit = Math.floor(Math.min(part, large ? MOST_LARGE : MOST_SMALL));
      const perSecond = kbit < LEAST ? 1 : large ? 8 : 4;
      return [tile.seat, { width: fit(tile.width), perSecond, kbit }];
    }),
  );
}

const fit = (width: number): number => WIDTHS.find((one) => one >= width) ?? 1280;
