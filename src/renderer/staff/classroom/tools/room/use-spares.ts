import { useI18n } from 'vue-i18n';
import type { LessonView, SeatView } from '../../../../../contract/staff/classroom';
import { useToasts } from '../../../../kit';
import { useStaff } from '../../../client';
import { useFailure } from '../../../failure';

/** Devices that nobody sits at, the ready ones first, and the gesture that lets one of them take over. */
export function useSpares() {
  const staff = useStaff();
  const toasts = useToasts();
  const { guard } = useFailure();
  const { t } = useI18n();

  const isSpare = (lesson: LessonView, seat: SeatView): boolean =>
    seat.presence !== 'silent' &&
    seat.pupils.length === 0 &&
    !seat.key.startsWith('visitor-') &&
    (lesson.mode === 'personal' || !seat.nickname);
  async function replace(from: SeatView, to: SeatView): Promise<void> {
    const done = await guard(() => staff.request('room.swap', { from: from.key, to: to.key }));
    if (done) toasts.show({ title: t('room.swap.done', { from: from.label, to: to.label }), tone: 'ok' });
  }
  /** What a menu offers: one line a spare, or why there is none. */
  function choices(lesson: LessonView, from: SeatView) {
    const spares = lesson.seats.filter((seat) => seat.key !== from.key && isSpare(lesson, seat));
    if (spares.length === 0)
      return [
        {
          label: t('room.swap.none'),
          hint: t('room.swap.noneHint'),
          disabled: true,
          select: () => undefined,
        },
      ];
    return spares.map((seat) => ({
      label: seat.label,
      icon: 'device' as const,
      ...(seat.battery && { hint: t('classroom.percent', { n: Math.round(seat.battery.percent) }) }),
      select: () => void replace(from, seat),
    }));
  }
  return { choices };
}
