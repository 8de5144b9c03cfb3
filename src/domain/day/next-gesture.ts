/**
 * « Ma journée »: one big button that changes with the hour. The rule is here, not in a screen, so that it can be
 * tried for every minute of the day.
 */
export interface DayFacts {
  /** Minutes since local midnight. */
  readonly minutes: number;
  /** Monday to Friday, outside holidays as far as we know. */
  readonly schoolDay: boolean;
  readonly hasClass: boolean;
  readonly rollDone: { readonly AM: boolean; readonly PM: boolean };
  readonly lessonOpen: boolean;
  /** Readiness of the cart the teacher uses, where there is one. */
  readonly cart?: {
    readonly ready: number;
    readonly probable: number;
    readonly missing: readonly string[];
    readonly out: boolean;
  };
}

export type Gesture =
  | { readonly kind: 'roll'; readonly half: 'AM' | 'PM' }
  | { readonly kind: 'openLesson'; readonly ready: number; readonly probable: number }
  | { readonly kind: 'backToLesson' }
  | { readonly kind: 'putAway'; readonly missing: readonly string[] }
  | { readonly kind: 'goodEvening' }
  | { readonly kind: 'prepare' };

/** School hours as a rule of thumb; the school's own timetable is issue 4's. Minutes since midnight. */
export const BELL = {
  morning: 8 * 60,
  noon: 11 * 60 + 15,
  afternoon: 13 * 60 + 15,
  end: 16 * 60 + 10,
} as const;

export function nextGesture(facts: DayFacts): Gesture {
  if (facts.lessonOpen) return { kind: 'backToLesson' };
  const { minutes, cart } = facts;
  if (!facts.schoolDay || minutes < BELL.morning - 60) return { kind: 'prepare' };
  // A tablet that is out at a bell goes before anything else: it is the moment one can still find it.
  const bell = (minutes >= BELL.noon && minutes < BELL.afternoon) || minutes >= BELL.end;
  if (bell && cart?.out) return { kind: 'putAway', missing: cart.missing };
  if (facts.hasClass && minutes < BELL.noon && !facts.rollDone.AM) return { kind: 'roll', half: 'AM' };
  if (facts.hasClass && minutes >= BELL.afternoon && minutes < BELL.end && !facts.rollDone.PM)
    return { kind: 'roll', half: 'PM' };
  if (minutes >= BELL.end) return { kind: 'goodEvening' };
  if (cart) return { kind: 'openLesson', ready: cart.ready, probable: cart.probable };
  return facts.hasClass ? { kind: 'openLesson', ready: 0, probable: 0 } : { kind: 'prepare' };
}
