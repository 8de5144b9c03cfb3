import type { Id } from '../../../domain/id';
import { UPLOAD_TYPES } from '../../../contract/pupil/lesson';
import { isPreauError, type ErrorCode } from '../../../domain/errors';
import { LineLost, type Line } from '../net/line';
import { againAfter } from '../net/again-after';
import type { Shelf } from '../state/database';
import { newId } from '../state/new-id';
import { draftKey } from './draft';
import type { Packed } from './parcel';

/** Work handed in here and not yet confirmed there. It outlives a reload, a cut line and a flat battery. */
export interface Envelope extends Packed {
  readonly id: Id<'handin'>;
  readonly item: Id<'item'>;
  readonly pupils: readonly Id<'pupil'>[];
  /** As it stood, without « J'ai fini ». */
  readonly unfinished?: boolean | undefined;
  /** Order of handing in: an older answer never lands after a newer one. */
  readonly order: number;
  /** ms since 1970; one that nobody came back for is given up after `KEPT`. */
  readonly at?: number | undefined;
}

export interface OutboxEvents {
  onDelivered(envelope: Envelope, receipt: Receipt): void | Promise<void>;
  onRefused(envelope: Envelope, code: ErrorCode): void;
  /** What goes with this line; another one's, which waits for them, is not among it. */
  onChange(waiting: readonly Envelope[]): void;
  /** The browser keeps nothing more: what waits is in memory alone. */
  onFull(): void;
}
export interface Receipt {
  readonly version: number;
  readonly late?: boolean | undefined;
}

export interface Outbox {
  /** Kept before it returns, where the browser has room. */
  add(work: Packed & Pick<Envelope, 'item' | 'pupils' | 'unfinished'>): Promise<void>;
  /** Sends what waits, oldest first. Called when the line comes up. @returns whether nothing waits any more */
  flush(): Promise<boolean>;
  /** What a browser kept from before. */
  recall(): Promise<void>;
}

/** Sending bytes is HTTP, beside the line: `PUT` from the offset the door told. */
export type PutBytes = (path: string, bytes: Blob, offset: number) => Promise<void>;

/**
 * What will not be cured by trying again. Everything else waits for the next line: a lesson that is closed for the moment,
 * a pupil who is not yet signed in again, a disk that is full.
 */
/** Bytes that did not pass while the line itself is there (a Wi-Fi that stutters): tried again after that, ms. */
const AGAIN = 3_000;
/**
 * Nobody sits here who may hand it in, or another class is here, which knows nothing of it: it waits for them, and the work of others does
 * not wait behind it.
 */
const FOR_OTHERS: readonly ErrorCode[] = ['FORBIDDEN', 'NOT_SIGNED_IN', 'NOT_FOUND'];
const HOPELESS: readonly ErrorCode[] = ['BAD_INPUT', 'TOO_LARGE', 'FILE_REFUSED'];
/** As long as « Mes travaux » finds what was made, ms. */
const KEPT = 8 * 7 * 86_400_000;

export function createOutbox(
  shelf: Shelf,
  line: () => Line | undefined,
  put: PutBytes,
  events: OutboxEvents,
): Outbox {
  let waiting: Envelope[] = [];
  let running: Promise<boolean> | undefined;
  /** Refused to who sits here now. */
  const others = new Set<string>();
  const changed = (): void => events.onChange(waiting.filter((one) => !others.has(one.id)));

  const typeOf = (bytes: Blob) =>
    UPLOAD_TYPES.find((type) => bytes.type.split(';')[0] === type) ?? 'image/jpeg';
  const deliver = async (door: Line, envelope: Envelope): Promise<Receipt> => {
    for (const { upload, bytes } of envelope.files) {
      const type = typeOf(bytes);
      const { path, offset } = await door.request('lesson.upload', { upload, size: bytes.size, type });
      if (offset < bytes.size) await put(path, bytes, offset);
    }
    const { id, item, pupils, parts, unfinished } = envelope;
    return door.request('lesson.handIn', {
      id,
      item,
      pupils: [...pupils],
      parts: [...parts],
      ...(unfinished && { unfinished }),
    });
  };

  const drop = async (envelope: Envelope): Promise<void> => {
    await shelf.remove('outbox', envelope.id).catch(() => undefined);
    waiting = waiting.filter((one) => one.id !== envelope.id);
    changed();
  };

  const run = async (): Promise<boolean> => {
    others.clear();
    const first = (): Envelope | undefined => waiting.find((one) => !others.has(one.id));
    for (let next = first(); next; next = first()) {
      const door = line();
      if (!door) return false;
      try {
        const receipt = await deliver(door, next);
        await drop(next);
        await events.onDelivered(next, receipt);
      } catch (error) {
        if (isPreauError(error) && FOR_OTHERS.includes(error.code)) {
          others.add(next.id);
          changed();
        } else if (isPreauError(error) && HOPELESS.includes(error.code)) {
          await drop(next);
          events.onRefused(next, error.code);
        } else {
          const wait = error instanceof LineLost ? AGAIN : againAfter(error);
          if (wait !== undefined && line() === door) setTimeout(() => void flush(), wait);
          return false;
        }
      }
    }
    return others.size === 0;
  };

  function flush(): Promise<boolean> {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    async add({ item, pupils, parts, files, unfinished }) {
      const order = Math.max(0, ...waiting.map((one) => one.order)) + 1;
      const envelope: Envelope = {
        id: newId('handin'),
        item,
        pupils: [...pupils],
        parts,
        files,
        order,
        at: Date.now(),
        ...(unfinished && { unfinished }),
      };
      const same = draftKey(item, pupils);
      // A tablet that is full still hands in, from memory, as long as this page is open.
      await shelf.put('outbox', envelope.id, envelope).catch(() => events.onFull());
      // The first one may be on its way: it stays. Others of the same work that nobody has seen are replaced.
      const replaced = waiting.slice(1).filter((one) => draftKey(one.item, one.pupils) === same);
      await Promise.all(replaced.map((one) => shelf.remove('outbox', one.id)));
      waiting = [...waiting.filter((one) => !replaced.includes(one)), envelope];
      changed();
    },
    flush,
    async recall() {
      const kept = ((await shelf.all('outbox')) as Envelope[]).sort((a, b) => a.order - b.order);
      const old = kept.filter(({ at }) => at !== undefined && Date.now() - at > KEPT);
      for (const { id } of old) await shelf.remove('outbox', id);
      waiting = kept.filter((one) => !old.includes(one));
      changed();
    },
  };
}
