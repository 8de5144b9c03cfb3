import * as v from 'valibot';
import { done, nothing, subject } from '../define';

/** What is shown on this device now; pictures come as binary frames (`SHOW_KIND`, contract/pupil/frames.ts). */
export const shownSchema = v.object({
  on: v.boolean(),
  /** The teacher's screen, the camera over the table, or a pupil's screen. */
  what: v.optional(v.picklist(['screen', 'camera', 'pupil'])),
  /** This device's own screen is what the others see. */
  mine: v.optional(v.boolean()),
});
export type Shown = v.InferOutput<typeof shownSchema>;

/** Lines drawn over what is shown, in thousandths of its width and height; all of them each time. */
export const overlaySchema = v.pipe(
  v.array(
    v.strictObject({
      colour: v.picklist(['red', 'blue', 'green']),
      points: v.pipe(
        v.array(
          v.tuple([
            v.pipe(v.number(), v.minValue(0), v.maxValue(1_000)),
            v.pipe(v.number(), v.minValue(0), v.maxValue(1_000)),
          ]),
        ),
        v.maxLength(400),
      ),
    }),
  ),
  v.maxLength(40),
);
export type OverlayLines = v.InferOutput<typeof overlaySchema>;

export const showSubject = subject({
  requests: {
    state: { input: nothing, reply: v.object({ shown: shownSchema, lines: overlaySchema }) },
    /** The picture cannot be followed: a whole one, please. */
    keyFrame: { input: nothing, reply: done },
  },
  events: { changed: shownSchema, drawn: v.object({ lines: overlaySchema }) },
});
