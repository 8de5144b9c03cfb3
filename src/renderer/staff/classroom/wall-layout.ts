/** Pixels: a tile no narrower than a finger can tell from its neighbour, no wider than its picture is worth. */
const NARROWEST = 120;
const WIDEST = 420;
/** Name and borders, below a 16:9 picture. */
const FOOT = 40;
export const WALL_GAP = 8;

/**
 * How many columns give the largest tiles that all fit without scrolling; where they cannot, the narrowest tiles.
 *
 * @param room pixels the wall may take
 */
export function wallColumns(
  tiles: number,
  room: { readonly width: number; readonly height: number },
): number {
  const most = Math.max(1, Math.floor((room.width + WALL_GAP) / (NARROWEST + WALL_GAP)));
  const least = Math.max(1, Math.ceil((room.width + WALL_GAP) / (WIDEST + WALL_GAP)));
  for (let columns = least; columns < most; columns += 1) {
    const width = (room.width - WALL_GAP * (columns - 1)) / columns;
    const rows = Math.ceil(tiles / columns);
    if (rows * ((width * 9) / 16 + FOOT + WALL_GAP) - WALL_GAP <= room.height) return columns;
  }
  return most;
}
