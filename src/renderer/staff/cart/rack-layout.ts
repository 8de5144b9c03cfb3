/** How the places of a cart are laid out so that all are seen at once, as large as they can be. */

export interface RackLayout {
  readonly columns: number;
  /** Height of a slot, CSS pixels. */
  readonly height: number;
}

/** Narrower or lower than this, a slot's word no longer fits. CSS pixels at the default size of text. */
const LEAST_WIDTH = 96;
const LEAST_HEIGHT = 120;
/** Taller than this, a slot is only empty. */
const MOST_HEIGHT = 250;
/** What the rack usually has of the window's height. */
const USUAL_SHARE = 0.55;
/** A slot reads best about this many times taller than wide. */
const SHAPE = 1.25;

/**
 * How many a row depends on the window alone: places do not move because a sentence comes or goes above them. Their height
 * is what is left.
 * @param windowHeight CSS pixels
 */
export function fitRack(
  count: number,
  width: number,
  left: number,
  windowHeight: number,
  options: Parameters<typeof rackLayout>[3] = {},
): RackLayout {
  const { gap = 8, scale = 1 } = options;
  const { columns } = rackLayout(count, width, windowHeight * USUAL_SHARE, options);
  const rows = Math.ceil(count / columns);
  const room = Math.floor((left - gap * (rows - 1)) / rows);
  return { columns, height: Math.min(MOST_HEIGHT * scale, Math.max(LEAST_HEIGHT * scale, room)) };
}

/**
 * @param count places, from 1
 * @param width room for the slots, gaps included, CSS pixels
 * @param height what is left of the window below what stands above; less than a row's worth makes the page scroll
 * @param scale size of text over the default
 */
export function rackLayout(
  count: number,
  width: number,
  height: number,
  { gap = 8, scale = 1 }: { readonly gap?: number; readonly scale?: number } = {},
): RackLayout {
  const most = Math.max(1, Math.min(count, Math.floor((width + gap) / (LEAST_WIDTH * scale + gap))));
  let best: { columns: number; height: number; score: number } | undefined;
  for (let rows = Math.ceil(count / most); rows <= count; rows += 1) {
    const columns = Math.ceil(count / rows);
    const room = (height - gap * (rows - 1)) / rows;
    const slot = Math.min(MOST_HEIGHT * scale, Math.max(LEAST_HEIGHT * scale, room));
    // What has to be scrolled is worth less than anything that has not.
    const score =
      Math.min((width - gap * (columns - 1)) / columns, slot / SHAPE) -
      (room < LEAST_HEIGHT * scale ? 1e6 * rows : 0);
    if (!best || score > best.score) best = { columns, height: Math.floor(slot), score };
  }
  return { columns: best?.columns ?? 1, height: best?.height ?? LEAST_HEIGHT };
}
