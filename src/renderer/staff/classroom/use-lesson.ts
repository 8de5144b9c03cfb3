import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import type { LessonView, OtherLesson, SeatView } from '../../../contract/staff/classroom';
import type { StaffClient } from '../client';

const TICK_MS = 1_000;

/** The lesson of this poste, kept as the host tells it: whole when its shape changes, tile by tile between. */
export function useLesson(staff: Pick<StaffClient, 'request' | 'on'>) {
  const lesson = shallowRef<LessonView>();
  const busy = ref(false);
  const other = shallowRef<OtherLesson>();
  const doorUp = ref(true);
  const loaded = ref(false);
  const failure = shallowRef<unknown>();
  const newWork = ref(0);
  /** Host's clock minus ours, ms: ages are the host's. */
  const offset = ref(0);
  const tick = ref(Date.now());
  const now = computed(() => tick.value + offset.value);

  const heard = (at: string): void => {
    tick.value = Date.now();
    offset.value = Date.parse(at) - tick.value;
  };
  function take(next: LessonView | undefined): void {
    if (next?.id !== lesson.value?.id) newWork.value = 0;
    lesson.value = next;
    if (next) heard(next.now);
  }
  async function refresh(): Promise<void> {
    try {
      const state = await staff.request('classroom.state', {});
      take(state.lesson);
      busy.value = state.busy;
      other.value = state.other;
      doorUp.value = state.doorUp;
      failure.value = undefined;
    } catch (error) {
      failure.value = error;
    } finally {
      loaded.value = true;
    }
  }
  staff.on('classroom.changed', (changed) => {
    take(changed.lesson);
    if (!changed.lesson) void refresh();
  });
  staff.on('classroom.seats', ({ lesson: id, seats, commands, now: at }) => {
    const held = lesson.value;
    if (held?.id !== id) return;
    heard(at);
    const moved = new Map(seats.map((seat) => [seat.key, seat]));
    const known = new Set(held.seats.map((seat) => seat.key));
    const joined = held.seats.map((seat) => moved.get(seat.key) ?? seat);
    const arrived = seats.filter((seat) => !known.has(seat.key));
    const next = [...joined, ...arrived].sort((a, b) => a.number - b.number);
    const here = new Set(next.flatMap((seat) => seat.pupils.map((pupil) => pupil.id)));
    lesson.value = { ...held, seats: next, commands, missing: stillMissing(held, seats, here) };
  });
  staff.on('classroom.handedIn', () => (newWork.value += 1));
  const ticking = setInterval(() => (tick.value = Date.now()), TICK_MS);
  onScopeDispose(() => clearInterval(ticking));
  void refresh();

  return { lesson, busy, other, doorUp, loaded, failure, now, newWork, refresh, take };
}

/** Who left a device is missing again, who joined is not any more; nobody is invented. */
function stillMissing(
  held: LessonView,
  moved: readonly SeatView[],
  here: ReadonlySet<string>,
): LessonView['missing'] {
  const gone = held.seats
    .filter((seat) => moved.some((one) => one.key === seat.key))
    .flatMap((seat) => seat.pupils);
  const all = new Map([...held.missing, ...gone].map((pupil) => [pupil.id, pupil]));
  return held.mode === 'personal' ? [...all.values()].filter((pupil) => !here.has(pupil.id)) : [];
}
