import { useI18n } from 'vue-i18n';
import type { LessonView, SeatView } from '../../../contract/staff/classroom';

/** What is said of a tile: who, what, since when. */
export function useSeatWords() {
  const { t } = useI18n();

  function who(seat: SeatView): string {
    if (seat.pupils.length > 0) return seat.pupils.map((pupil) => pupil.name).join(', ');
    if (seat.nickname) return seat.nickname;
    return seat.joined ? t('classroom.number', { number: seat.number }) : t('classroom.nobody');
  }
  function ago(at: string, now: number): string {
    const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
    if (seconds < 5) return t('classroom.age.now');
    if (seconds < 60) return t('classroom.age.seconds', { n: seconds });
    return t('classroom.age.minutes', { n: Math.floor(seconds / 60) });
  }
  /** « a quitté Préau il y a 2 min »; empty while the device is there. */
  function away(seat: SeatView, now: number): string {
    if (seat.presence === 'here') return '';
    return t(`classroom.away.${seat.cause ?? 'no-answer'}`, { since: ago(seat.since, now) });
  }
  function doing(seat: SeatView, lesson: LessonView): string {
    const { activity } = seat;
    if (!activity) return t('classroom.doing.nothing');
    if (activity.screen !== 'item') return t(`classroom.doing.${activity.screen}`);
    const title = lesson.items.find((item) => item.id === activity.item)?.title ?? '';
    if (activity.done) return t('classroom.doing.done', { title });
    return activity.page && activity.pages && activity.pages > 1
      ? t('classroom.doing.page', { title, page: activity.page, pages: activity.pages })
      : title;
  }
  return { t, who, ago, away, doing };
}
