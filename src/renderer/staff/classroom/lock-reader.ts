import type { LessonView, SeatView } from '../../../contract/staff/classroom';
import { readLockCode } from '../../../domain/lesson/attention-code';
import type { StaffClient } from '../client';

type Key = SeatView['key'];

/** A picture this wide says enough; larger ones are read smaller (pixels). */
const READ_WIDTH = 480;
/** Once seen, a screen is looked at that often (ms). */
const AGAIN = 1_000;
/** A picture without the code may be older than the lock: said after so long (ms). */
const MISSING_AFTER = 1_500;

interface Looked {
  code: number | undefined;
  readAt: number;
  saidAt: number;
  missingSince: number | undefined;
}

/**
 * Reads, in the pictures of the wall, the code of the lock that each screen shows, and tells the host: attention is
 * confirmed by what is on the glass and not by a device's word. Nothing is looked at while screens are free.
 */
export function createLockReader(staff: Pick<StaffClient, 'request'>, lesson: () => LessonView) {
  const looked = new Map<Key, Looked>();
  let canvas: OffscreenCanvas | undefined;

  function read(image: CanvasImageSource, width: number, height: number): number | undefined {
    const scale = Math.min(1, READ_WIDTH / width);
    const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
    canvas ??= new OffscreenCanvas(wide, high);
    if (canvas.width < wide) canvas.width = wide;
    if (canvas.height < high) canvas.height = high;
    const brush = canvas.getContext('2d', { willReadFrequently: true });
    if (!brush) return undefined;
    brush.drawImage(image, 0, 0, wide, high);
    return readLockCode(brush.getImageData(0, 0, wide, high).data, wide, high);
  }
  function say(key: Key, held: Looked, now: number): void {
    held.saidAt = now;
    const { code } = held;
    staff
      .request('classroom.attentionSeen', { seat: key, ...(code !== undefined && { code }) })
      .catch(() => undefined);
  }

  return {
    /** A picture of that screen has just been drawn. */
    look(key: Key, image: CanvasImageSource, width: number, height: number): void {
      if (!lesson().attention.on) return looked.clear();
      const state = lesson().seats.find((seat) => seat.key === key)?.attention;
      if (state === undefined || state === 'free') return void looked.delete(key);
      const now = performance.now();
      const held = looked.get(key) ?? {
        code: undefined,
        readAt: -Infinity,
        saidAt: -Infinity,
        missingSince: undefined,
      };
      looked.set(key, held);
      if (state === 'seen' && now - held.readAt < AGAIN) return;
      const code = read(image, width, height);
      held.readAt = now;
      if (code !== undefined) {
        const news = code !== held.code || (state !== 'seen' && now - held.saidAt > AGAIN);
        held.code = code;
        held.missingSince = undefined;
        if (news) say(key, held, now);
        return;
      }
      held.missingSince ??= now;
      if (now - held.missingSince < MISSING_AFTER) return;
      const news = held.code !== undefined || (state !== 'unseen' && now - held.saidAt > AGAIN);
      held.code = undefined;
      if (news) say(key, held, now);
    },
  };
}
