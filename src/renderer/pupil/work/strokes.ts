import type { HandInPart } from '../../../contract/pupil/lesson';

export type Drawing = Extract<HandInPart, { kind: 'drawing' }>;
export type Stroke = Drawing['strokes'][number];
export type Colour = Stroke['colour'];
export type Point = [number, number];

/** Limits of the contract, kept while drawing so that a hand-in is never refused for its size. */
export const MAX_STROKES = 2_000;
export const MAX_POINTS = 5_000;

/** What is drawn on one page, and how to take back the last gesture. */
export interface Sheet {
  readonly strokes: readonly Stroke[];
  readonly past: readonly (readonly Stroke[])[];
}
export const BLANK: Sheet = { strokes: [], past: [] };
const REMEMBERED = 30;

function change(sheet: Sheet, strokes: readonly Stroke[]): Sheet {
  return { strokes, past: [...sheet.past, sheet.strokes].slice(-REMEMBERED) };
}

export function addStroke(sheet: Sheet, stroke: Stroke): Sheet {
  if (sheet.strokes.length >= MAX_STROKES) return sheet;
  return change(sheet, [...sheet.strokes, { ...stroke, points: thin(stroke.points).slice(0, MAX_POINTS) }]);
}

export function undo(sheet: Sheet): Sheet {
  const before = sheet.past.at(-1);
  return before ? { strokes: before, past: sheet.past.slice(0, -1) } : sheet;
}

/** The rubber takes whole strokes: a child rubs at a line, not at pixels. `reach` in thousandths. */
export function eraseAt(sheet: Sheet, at: Point, reach: number): Sheet {
  const kept = sheet.strokes.filter((stroke) => !touches(stroke, at, reach + stroke.width / 2));
  return kept.length === sheet.strokes.length ? sheet : change(sheet, kept);
}

function touches(stroke: Stroke, at: Point, reach: number): boolean {
  return stroke.points.some((point, index) => {
    const before = stroke.points[index - 1] ?? point;
    return distance(at, before, point) <= reach;
  });
}

/** From a point to a segment. */
function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const along =
    length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
}

/**
 * Fewer points, the same line: those nearer than half a thousandth to the chord go (Ramer, Douglas and Peucker, without
 * recursion: a long line must not exhaust an old tablet's stack). Rounded to a tenth.
 */
export function thin(points: readonly Point[], tolerance = 0.5): Point[] {
  const keep = new Set<number>([0, points.length - 1]);
  const spans: [number, number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    let farthest = 0;
    let index = -1;
    for (let at = from + 1; at < to; at += 1) {
      const off = distance(points[at] as Point, points[from] as Point, points[to] as Point);
      if (off > farthest) [farthest, index] = [off, at];
    }
    if (farthest <= tolerance || index < 0) continue;
    keep.add(index);
    spans.push([from, index], [index, to]);
  }
  return points
    .filter((_, at) => keep.has(at))
    .map(([x, y]): Point => [Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
}

/** A path for SVG and canvas, in thousandths of the page. Smooth through midpoints; a dot is a dot. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  if (rest.length === 0) return `M${first[0]} ${first[1]}h.01`;
  let path = `M${first[0]} ${first[1]}`;
  for (let at = 0; at < rest.length - 1; at += 1) {
    const [x, y] = rest[at] as Point;
    const [nx, ny] = rest[at + 1] as Point;
    path += `Q${x} ${y} ${(x + nx) / 2} ${(y + ny) / 2}`;
  }
  const last = rest.at(-1) as Point;
  return `${path}L${last[0]} ${last[1]}`;
}
