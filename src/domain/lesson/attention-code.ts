/**
 * The code of one lock, drawn along the edge of the attention screen as light and dark blocks: what the teacher's
 * window finds in a picture of that screen was on the glass. A frieze to a child.
 *
 * Blocks from left to right: light, dark, 16 bits of the code, 8 bits of check, dark, light. The two light ends say where
 * the strip begins and ends, so that it is read at any size and beside a browser's own bars.
 */
export const MAX_LOCK_CODE = 0xffff;
const CODE_BITS = 16;
const CHECK_BITS = 8;
export const STRIP_BLOCKS = CODE_BITS + CHECK_BITS + 4;

/** CRC-8 (polynomial 0x07) of the two bytes. */
function checkOf(code: number): number {
  let check = 0;
  for (let bit = CODE_BITS - 1; bit >= 0; bit -= 1) {
    const top = ((check >> 7) & 1) ^ ((code >> bit) & 1);
    check = ((check << 1) & 0xff) ^ (top ? 0x07 : 0);
  }
  // Never the blank strip: a code of noughts has a light block too.
  return check ^ 0x55;
}

const bitsOf = (value: number, bits: number): boolean[] =>
  Array.from({ length: bits }, (_, at) => ((value >> (bits - 1 - at)) & 1) === 1);

/** `true` is a light block. */
export const lockStrip = (code: number): readonly boolean[] => [
  true,
  false,
  ...bitsOf(code & MAX_LOCK_CODE, CODE_BITS),
  ...bitsOf(checkOf(code & MAX_LOCK_CODE), CHECK_BITS),
  false,
  true,
];

/** Least share of the picture's width: a strip smaller than that is in a window that covers little of the screen. */
const LEAST_WIDTH = 0.3;
/** Above the strip the page is dark, save its few words: that share of it, as high as that share of the strip's width. */
const DARK_SHARE = 0.6;
const PAGE_ABOVE = 0.25;
/** Light above, dark below (0 to 255); between is no block. */
const LIGHT = 150;
const DARK = 105;

/**
 * The code on an attention screen in that picture, if there is one.
 * @param pixels RGBA, as `ImageData` holds it
 */
export function readLockCode(pixels: ArrayLike<number>, width: number, height: number): number | undefined {
  const row = new Float32Array(width);
  // From the bottom, where the strip is.
  for (let y = height - 1; y >= 0; y -= 1) {
    for (let x = 0; x < width; x += 1) row[x] = lightness(pixels, (y * width + x) * 4);
    const found = readRow(row);
    if (found && underDarkPage(pixels, width, y, found)) return found.code;
  }
  return undefined;
}

/** The strip alone is painted easily; below a game or a text it is no attention screen. */
function underDarkPage(pixels: ArrayLike<number>, width: number, y: number, { from, to }: Strip): boolean {
  const high = Math.min(y, Math.round((to - from + 1) * PAGE_ABOVE));
  let dark = 0;
  for (let up = y - high; up < y; up += 1)
    for (let x = from; x <= to; x += 1) if (lightness(pixels, (up * width + x) * 4) < DARK) dark += 1;
  return dark >= high * (to - from + 1) * DARK_SHARE;
}

/** Rec. 601, as video codecs count it. */
const lightness = (pixels: ArrayLike<number>, at: number): number =>
  0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);

interface Strip {
  readonly code: number;
  readonly from: number;
  readonly to: number;
}
function readRow(row: Float32Array): Strip | undefined {
  let from = 0;
  let to = row.length - 1;
  while (from < to && (row[from] ?? 0) < LIGHT) from += 1;
  while (to > from && (row[to] ?? 0) < LIGHT) to -= 1;
  const length = to - from + 1;
  if (length < Math.max(STRIP_BLOCKS * 2, row.length * LEAST_WIDTH)) return undefined;
  const bits: boolean[] = [];
  for (let block = 0; block < STRIP_BLOCKS; block += 1) {
    const value = blockOf(row, from + (block * length) / STRIP_BLOCKS, length / STRIP_BLOCKS);
    if (value > DARK && value < LIGHT) return undefined;
    bits.push(value >= LIGHT);
  }
  const code = codeOf(bits);
  return code === undefined ? undefined : { code, from, to };
}

/** Mean of the middle half of a block: its edges are blurred by the encoder. */
function blockOf(row: Float32Array, start: number, size: number): number {
  const first = Math.ceil(start + size / 4);
  const last = Math.max(first, Math.floor(start + (size * 3) / 4));
  let sum = 0;
  for (let x = first; x <= last; x += 1) sum += row[x] ?? 0;
  return sum / (last - first + 1);
}

function codeOf(bits: readonly boolean[]): number | undefined {
  const number = (from: number, count: number): number =>
    bits.slice(from, from + count).reduce((value, bit) => value * 2 + (bit ? 1 : 0), 0);
  const ends = bits[0] && !bits[1] && !bits[STRIP_BLOCKS - 2] && bits[STRIP_BLOCKS - 1];
  const code = number(2, CODE_BITS);
  return ends && number(2 + CODE_BITS, CHECK_BITS) === checkOf(code) ? code : undefined;
}
