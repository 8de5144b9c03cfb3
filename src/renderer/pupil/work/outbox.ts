import type { Id } from '../../../domain/id';
import { isPreauError, type ErrorCode } from '../../../domain/errors';
import type { Line } from '../net/line';
import type { Shelf } from '../state/database';
import { newId } from '../state/new-id';
import { draftKey } from './draft';
import type { Packed } from './parcel';

/** Work handed in here and not yet confirmed there. It outlives a reload, a cut line and a flat battery. */
export interface Envelope extends Packed {
  readonly id: Id<'handin'>;
  readonly item: Id<'item'>;
  readonly pupils: readonly Id<'pupil'>[];
  /** Order of handing in: an older answer never lands after a newer one. */
  readonly order: number;
}

export interface OutboxEvents {
  onDelivered(envelope: Envelope, version: number): void | Promise<void>;
  onRefused(envelope: Envelope, code: ErrorCode): void;
  onChange(waiting: readonly Envelope[]): void;
}

export interface Outbox {
  /** Kept before it returns. */
  add(work: Packed & Pick<Envelope, 'item' | 'pupils'>): Promise<void>;
  /** Sends what waits, oldest first. Called when the line comes up. */
  flush(): Promise<void>;
  /** What a browser kept from before. */
  recall(): Promise<void>;
}

/** Sending bytes is HTTP, beside the line: `PUT` from the offset the door told. */
export type PutBytes = (path: string, bytes: Blob, offset: number) => Promise<void>;

/**
 * What will not be cured by trying again. Everything else waits for the next line: a lesson that is closed for the moment,
 * a pupil who is not yet signed in again, a disk that is full.
 */
const HOPELESS: readonly ErrorCode[] = ['BAD_INPUT', 'TOO_LARGE', 'FILE_REFUSED', 'NOT_FOUND'];

export function createOutbox(
  shelf: Shelf,
  line: () => Line | undefined,
  put: PutBytes,
  events: OutboxEvents,
): Outbox {
  let waiting: Envelope[] = [];
  let running: Promise<void> | undefined;
  const changed = (): void => events.onChange([...waiting]);

  const deliver = async (door: Line, envelope: Envelope): Promise<number> => {
    for (const { upload, bytes } of envelope.files) {
      const type = bytes.type === 'image/png' ? 'image/png' : 'image/jpeg';
      const { path, offset } = await door.request('lesson.upload', { upload, size: bytes.size, type });
      if (offset < bytes.size) await put(path, bytes, offset);
    }
    const { id, item, pupils, parts } = envelope;
    const { version } = await door.request('lesson.handIn', {
      id,
      item,
      pupils: [...pupils],
      parts: [...parts],
    });
    return version;
  };

  const drop = async (envelope: Envelope): Promise<void> => {
    await shelf.remove('outbox', envelope.id);
    waiting = waiting.filter((one) => one.id !== envelope.id);
    changed();
  };

  const run = async (): Promise<void> => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const door = line();
      if (!door) return;
      try {
        const version = await deliver(door, next);
        await drop(next);
        await events.onDelivered(next, version);
      } catch (error) {
        if (!isPreauError(error) || !HOPELESS.includes(error.code)) return;
        await drop(next);
        events.onRefused(next, error.code);
      }
    }
  };

  return {
    async add({ item, pupils, parts, files }) {
      const order = Math.max(0, ...waiting.map((one) => one.order)) + 1;
      const envelope: Envelope = { id: newId('handin'), item, pupils: [...pupils], parts, files, order };
      const same = draftKey(item, pupils);
      await shelf.put('outbox', envelope.id, envelope);
      // The first one may be on its way: it stays. Others of the same work that nobody has seen are replaced.
      const replaced = waiting.slice(1).filter((one) => draftKey(one.item, one.pupils) === same);
      await Promise.all(replaced.map((one) => shelf.remove('outbox', one.id)));
      waiting = [...waiting.filter((one) => !replaced.includes(one)), envelope];
      changed();
    },
    flush() {
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
    async recall() {
      waiting = ((await shelf.all('outbox')) as Envelope[]).sort((a, b) => a.order - b.order);
      changed();
    },
  };
}
