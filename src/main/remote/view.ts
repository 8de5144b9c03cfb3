import type { RemoteView } from '../../contract/pupil/remote';
import type { LessonView, SeatView } from '../../contract/staff/classroom';
import type { BoardView } from '../../contract/staff/project';

type RemoteSeat = NonNullable<RemoteView['lesson']>['seats'][number];

/** What fits in a hand: who is there, who asks, how far, what is locked. Nothing of what a child wrote or looks at. */
export function remoteView(
  person: string,
  now: string,
  lesson: LessonView | undefined,
  { board, masked }: { readonly board?: BoardView; readonly masked: boolean },
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
        masked,
        seats: lesson.seats.filter(({ joined }) => joined).map((one) => seat(one, masked)),
        ...(board && { board }),
      },
    }),
  };
}

function seat(of: SeatView, masked: boolean): RemoteSeat {
  const { key, number, label, nickname, pupils, presence, since, activity, handUpAt, attention } = of;
  return {
    key,
    number,
    presence,
    since,
    attention,
    ...(!masked && { name: pupils.map(({ name }) => name).join(', ') || (nickname ?? label) }),
    ...(handUpAt && { handUpAt }),
    ...(activity && {
      doing: {
        screen: activity.screen,
        ...(activity.page && { page: activity.page }),
        ...(activity.pages && { pages: activity.pages }),
        begun: (activity.strokes ?? 0) + (activity.characters ?? 0) > 0,
        done: activity.done === true,
      },
    }),
  };
}
