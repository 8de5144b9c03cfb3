import type { Id } from '../id';
import type { Instant } from '../time';

/**
 * From when to when somebody took part from one device: presence in the lesson and nothing of what they did there
 * (CARMO #9.18). Without a pupil, the device itself (a lesson by number).
 */
export interface Stay {
  readonly [field: string]: string | undefined;
  readonly pupil?: Id<'pupil'>;
  readonly from: Instant;
  /** Absent while they are in. */
  readonly to?: Instant;
}

/** Comings and goings kept for one device; a child who plays with the door writes no more than that. */
export const MAX_STAYS = 60;

interface Sitting {
  readonly joined: boolean;
  readonly pupils: readonly Id<'pupil'>[];
}

/** The stays of a seat once these sit there: who left has an end, who came a beginning. */
export function nextStays(stays: readonly Stay[], seat: Sitting, at: Instant): readonly Stay[] {
  const here: readonly (Id<'pupil'> | undefined)[] = !seat.joined
    ? []
    : seat.pupils.length > 0
      ? seat.pupils
      : [undefined];
  const open = stays.filter((stay) => stay.to === undefined);
  const ended = stays.map((stay) =>
    stay.to === undefined && !here.includes(stay.pupil) ? { ...stay, to: at } : stay,
  );
  const come = here
    .filter((pupil) => !open.some((stay) => stay.pupil === pupil))
    .map((pupil) => ({ ...(pupil && { pupil }), from: at }));
  return [...ended, ...come].slice(-MAX_STAYS);
}

/** One person's stays on all devices, as spans that do not overlap; a gap shorter than this is a change of device. ms */
const SAME_SPAN = 60_000;

export function spansOf(
  stays: readonly Stay[],
  end: Instant | undefined,
): readonly { readonly from: Instant; readonly to?: Instant }[] {
  const spans: { from: Instant; to?: Instant }[] = [];
  for (const stay of [...stays].sort((a, b) => a.from.localeCompare(b.from))) {
    const to = stay.to ?? end;
    const last = spans.at(-1);
    if (last && (last.to === undefined || Date.parse(stay.from) - Date.parse(last.to) < SAME_SPAN)) {
      if (last.to === undefined) continue;
      if (to === undefined) delete last.to;
      else if (to > last.to) last.to = to;
    } else spans.push({ from: stay.from, ...(to !== undefined && { to }) });
  }
  return spans;
}
