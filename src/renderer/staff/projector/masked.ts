import { computed, reactive, type ComputedRef } from 'vue';

/** Why names are hidden: somebody said so, a second display came, or nobody can know whether one copies this screen. */
export type Why = 'hand' | 'display' | 'unknown';

const state = reactive<{ why: Why | undefined; shown: string | undefined; answered: boolean }>({
  why: undefined,
  shown: undefined,
  answered: false,
});

/**
 * « Vidéoprojecteur »: while it is on, the wall shows numbers, rooms that name people are covered and notices keep silent. One
 * state for the whole window; a new window begins without.
 */
export interface Masked {
  readonly on: ComputedRef<boolean>;
  readonly why: ComputedRef<Why | undefined>;
  /** The room shown all the same, until one leaves it. */
  readonly shown: ComputedRef<string | undefined>;
  /** By itself; what somebody decided while nothing changed since stays decided. */
  mask(why: Why): void;
  unmask(): void;
  toggle(): void;
  showAnyway(path: string): void;
  leave(path: string): void;
  /** Displays changed, or somebody else works here: what was decided before is decided anew. */
  forget(): void;
}

const masked: Masked = {
  on: computed(() => state.why !== undefined),
  why: computed(() => state.why),
  shown: computed(() => state.shown),
  mask(why) {
    if (state.why === 'hand' || (state.answered && why !== 'hand')) return;
    state.why = why;
  },
  unmask() {
    state.why = undefined;
    state.shown = undefined;
    state.answered = true;
  },
  toggle() {
    if (state.why) masked.unmask();
    else masked.mask('hand');
  },
  showAnyway: (path) => void (state.shown = path),
  leave(path) {
    if (state.shown !== path) state.shown = undefined;
  },
  forget: () => void (state.answered = false),
};

export const useMasked = (): Masked => masked;
