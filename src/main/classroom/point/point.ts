import { isId } from '../../../domain/id';
import type { LessonTool, ToolContext } from '../lesson-tool';

/** The Wi-Fi point of the lesson's cart is held while the lesson lasts; devices that come say that it is on. */
export function createPoint({ deps: { point } }: ToolContext): LessonTool {
  return {
    begin: (lesson) => point?.lessonBegan(lesson),
    end: (lesson) => point?.lessonEnded(lesson),
    entered(seat) {
      if (isId(seat, 'device')) point?.entered(seat);
    },
    left(seat) {
      if (isId(seat, 'device')) point?.left(seat);
    },
  };
}
