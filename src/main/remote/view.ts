import type { RemoteView } from '../../contract/pupil/remote';
import type { LessonView, SeatView } from '../../contract/staff/classroom';

/** What fits in a hand: who is there, who asks, what is locked. Nothing of what a child wrote or looks at. */
export function remoteView(
  person: string,
  now: string,
  lesson: LessonView | undefined,
  classes: RemoteView['classes'],
): RemoteView {
  return {
    person,
    now,
    classes: classes.map(({ id, label }) => ({ id, label })),
    ...(lesson && {
      lesson: {
        title: lesson.title,
        attention: lesson.attention,
        recess: lesson.recess !== undefined,
        missing: lesson.missing.length,
        seats: lesson.seats.filter(({ joined }) => joined).map(seat),
      },
    }),
  };
}

const seat = ({ key, number, label, nickname, pupils, presence, handUpAt, attention }: SeatView) => ({
  key,
  number,
  name: pupils.map(({ name }) => name).join(', ') || (nickname ?? label),
  presence,
  attention,
  ...(handUpAt && { handUpAt }),
});
