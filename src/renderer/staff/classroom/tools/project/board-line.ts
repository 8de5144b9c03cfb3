import { computed, watch } from 'vue';
import { useStaff } from '../../../client';
import { useMasked } from '../../../projector/masked';
import { useSession } from '../../../session/session-store';
import { project, projection, stopProjecting } from './projection';

/**
 * Tells the host what this window's board shows, and does there what its teacher's own telephone wants: as the gesture of
 * this window does it, without names. One for the whole window.
 */
export function useBoardLine(): void {
  const staff = useStaff();
  const session = useSession();
  const masked = useMasked();
  const mine = crypto.randomUUID();
  let lesson: string | undefined;

  const board = computed(() =>
    projection.root
      ? { seats: [...projection.seats], work: projection.work !== undefined, black: projection.black }
      : undefined,
  );
  const told = computed(() => ({
    window: mine,
    masked: masked.on.value,
    ...(board.value && { board: board.value }),
  }));
  function tell(): void {
    // Who holds no lesson has no board to tell of, and a host that is gone hears nothing.
    if (session.me) void staff.request('project.tell', told.value).catch(() => undefined);
  }
  watch([() => session.me?.id, told], tell, { immediate: true });
  staff.on('classroom.changed', (changed) => {
    if (changed.lesson?.id === lesson) return;
    lesson = changed.lesson?.id;
    tell();
  });
  staff.on('project.wanted', ({ window: wanted, ask, seats }) => {
    if (wanted === mine)
      void staff.request('project.answer', { ask, outcome: show(seats) }).catch(() => undefined);
  });
  function show(seats: Parameters<typeof project>[0]): 'shown' | 'blocked' | 'hidden' {
    if (seats.length === 0) stopProjecting();
    // A board that opens reads the lesson first, and behind the lock nothing is read.
    else if (session.state?.screen?.locked && !projection.root) return 'hidden';
    else if (!project(seats, false)) return 'blocked';
    return 'shown';
  }
}
