/** Placing by plugging one after the other: which place has just been filled, and who has just appeared on a cable. */
import type { Id } from '../id';

/** A tablet that a cable names. */
export interface PluggedTablet {
  /** How adb calls it. */
  readonly link: string;
  readonly serial?: string | undefined;
  /** In the inventory, where its number stands there. */
  readonly device?: Id<'device'> | undefined;
  /** Where a hub reads the same number: nothing is left to guess. */
  readonly bay?: number | undefined;
}
/** One look. */
export interface Plugged {
  /** Places with something plugged, as a hub tells. */
  readonly bays: readonly number[];
  readonly tablets: readonly PluggedTablet[];
}

interface Since<T> {
  readonly what: T;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
export interface Following {
  readonly before: Plugged | undefined;
  /** A hub has spoken: a tablet waits a little for its place to be told. */
  readonly hasHub: boolean;
  /** Filled places nobody has claimed yet, and tablets without a place, oldest first. */
  readonly bays: readonly Since<number>[];
  readonly tablets: readonly Since<PluggedTablet>[];
}
export const NOT_LOOKED: Following = { before: undefined, hasHub: false, bays: [], tablets: [] };

export type PlugAction =
  /** Without a bay: the next place of the run. */
  | { readonly do: 'place'; readonly device: Id<'device'>; readonly bay: number | undefined }
  /** Something was plugged there, and nothing says what: it is scanned. */
  | { readonly do: 'ask'; readonly bay: number }
  | { readonly do: 'unknown'; readonly serial: string };

/** A hub is polled every 2 s and a tablet takes about as long to show itself to adb. Milliseconds. */
export const PLUG_GRACE_MS = 6_000;
/** After this long a place and a tablet are no longer one gesture. Milliseconds. */
export const PLUG_FORGET_MS = 20_000;

/** What one more look means. The first one is where the run begins: what is plugged already says nothing. */
export function follow(
  state: Following,
  seen: Plugged,
  now: number,
): { readonly state: Following; readonly actions: readonly PlugAction[] } {
  const { before } = state;
  const hasHub = state.hasHub || seen.bays.length > 0;
  if (!before) return { state: { ...state, before: seen, hasHub }, actions: [] };
  const actions: PlugAction[] = [];
  const fresh = <T>(all: readonly Since<T>[]): Since<T>[] =>
    all.filter(({ at }) => now - at <= PLUG_FORGET_MS);
  const newBays = seen.bays.filter((bay) => !before.bays.includes(bay));
  // What went away again claims nothing.
  let bays = fresh(state.bays).filter(({ what }) => seen.bays.includes(what));
  bays = [...bays, ...newBays.map((what) => ({ what, at: now }))];
  const known = new Set(before.tablets.map(({ link }) => link));
  const arrived = seen.tablets.filter(({ link }) => !known.has(link));
  const waiting = [...fresh(state.tablets), ...arrived.map((what) => ({ what, at: now }))].map(
    ({ what, at }) => ({ at, what: seen.tablets.find(({ link }) => link === what.link) ?? what }),
  );
  const left: Since<PluggedTablet>[] = [];
  for (const one of waiting) {
    const { device, serial, link, bay } = one.what;
    if (device === undefined) {
      // Not authorised yet: it has no number to be known by.
      if (serial === undefined) left.push(one);
      else actions.push({ do: 'unknown', serial: serial === '' ? link : serial });
      continue;
    }
    const place = bay ?? bays[0]?.what;
    if (place !== undefined) {
      actions.push({ do: 'place', device, bay: place });
      bays = bays.filter(({ what }) => what !== place);
    } else if (!hasHub || now - one.at >= PLUG_GRACE_MS)
      actions.push({ do: 'place', device, bay: undefined });
    else left.push(one);
  }
  // Only where no tablet explains it.
  for (const bay of newBays)
    if (bays.some(({ what }) => what === bay) && left.length === 0) actions.push({ do: 'ask', bay });
  return { state: { before: seen, hasHub, bays, tablets: left }, actions };
}

/** Somebody scanned what stands there. */
export const claimed = (state: Following, bay: number): Following => ({
  ...state,
  bays: state.bays.filter(({ what }) => what !== bay),
});
