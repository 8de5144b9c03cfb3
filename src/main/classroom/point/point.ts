import { isId, type Id } from '../../../domain/id';
import type { LessonTool, ToolContext } from '../lesson-tool';

/** What the cart's own rooms hear of the lesson, and ask of it. */
export interface PointTool extends LessonTool {
  /** The lesson that runs here, whoever's: its cart, and its devices by their seats. */
  running(): { readonly cart?: Id<'cart'> | undefined; readonly devices: ReadonlySet<string> } | undefined;
}

/** The Wi-Fi point of the lesson's cart is held while the lesson lasts; devices that come say that it is on. */
export function createPoint({ deps: { point }, live }: ToolContext): PointTool {
  return {
    begin: (lesson) => point?.lessonBegan(lesson),
    end: (lesson) => point?.lessonEnded(lesson),
    entered(seat) {
      if (isId(seat, 'device')) point?.entered(seat);
    },
    left(seat) {
      if (isId(seat, 'device')) point?.left(seat);
    },
    running: () =>
      live.lesson && { cart: live.lesson.cartId, devices: new Set(Object.keys(live.lesson.seats)) },
  };
}
