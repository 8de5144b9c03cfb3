import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { lastVersions, nextVersion, sameAuthor, type HandInAuthor } from '../../domain/lesson/hand-in';
import { findItem } from '../../domain/lesson/items';
import type { Lesson, Seat, SeatKey, SentItem } from '../../domain/lesson/model';
import { safeFileName } from '../../domain/lesson/work-files';
import type { InputOf, ReplyOf } from '../../contract/define';
import type { PupilContract } from '../../contract/pupil';
import type { Random } from '../capability';
import type { HandInDocument, ItemDocument, KeptFile, SeatDocument, WorkNoteDocument } from './documents';
import type { Live } from './live';
import { lookAtFile } from './look-at-file';
import type { LessonFiles, StoredFile } from './ports';

type UploadOrder = InputOf<PupilContract, 'lesson.upload'>;
type HandInOrder = InputOf<PupilContract, 'lesson.handIn'>;

/** One file on its way in, as the door's PUT knows it. */
export interface Reception {
  readonly size: number;
  /** @returns the offset reached, durable. @throws PreauError `UPLOAD_BROKEN`, `TOO_LARGE` */
  append(offset: number, bytes: Uint8Array): Promise<number>;
  offset(): Promise<number>;
}

/** « Travaux rendus »: append-only, each version a document, each file in the store (GLOSSARY: HandIn). */
export interface HandIns {
  upload(key: SeatKey, order: UploadOrder): Promise<ReplyOf<PupilContract, 'lesson.upload'>>;
  /** By the last part of the path given to the device. */
  reception(ticket: string): Reception | undefined;
  /** Idempotent by id: a device that lost the answer asks again and gets the same one. */
  receive(lesson: Lesson, seat: Seat, order: HandInOrder): Promise<ReplyOf<PupilContract, 'lesson.handIn'>>;
  lastVersions(seat: Seat): { item: Id<'item'>; version: number }[];
  forget(): void;
}

/** A file announced by a device. */
interface Expected {
  readonly key: SeatKey;
  readonly order: UploadOrder;
  /** Whole and in the store already: a retry after a lost answer sends nothing twice. */
  finished?: StoredFile;
}

/** Receptions open at once for one device: photos of one hand-in and some retries. */
const MAX_RECEPTIONS = 40;
/** Bytes that one device may announce in a lesson: photos and voices of a morning, and never the teacher's disk. */
const MAX_ANNOUNCED = 400 * 1024 * 1024;

export function createHandIns(
  live: Live,
  files: LessonFiles,
  random: Random,
  announce: (document: HandInDocument) => void,
): HandIns {
  const receptions = new Map<string, Expected>();
  /** Sizes announced, by device and upload. */
  const announced = new Map<SeatKey, Map<string, number>>();
  /** Stable across restarts: the device names the upload, the poste adds who. */
  const fileKey = (key: SeatKey, upload: string): string => `handin-${key}-${upload}`;
  const authorOf = (seat: Seat): HandInAuthor => ({ pupils: seat.pupils, seat: seat.key });

  const documents = (): readonly HandInDocument[] =>
    live.store?.database.all<HandInDocument>('handIn').map(({ body }) => body) ?? [];
  const facts = (of: (body: HandInDocument) => boolean) =>
    documents()
      .filter(of)
      .map(({ _id, ...rest }) => ({ ...rest, id: _id }));

  /**
   * What is answered, and the lesson it was sent in. A pupil signed in by name also answers what an earlier lesson of the
   * class sent: work that a cut held back, and work that is done again. What a device by number held back is its own, whoever sits there
   * now.
   */
  function answered(lesson: Lesson, author: HandInAuthor, id: Id<'item'>) {
    const item = findItem(lesson, id);
    if (item) return { item, lesson: lesson.id };
    const body = live.store?.database.get<ItemDocument>(id)?.body;
    if (body?.type !== 'lessonItem') return undefined;
    const may = author.pupils.length > 0 ? lesson.classId !== undefined : satAt(body.lesson, author.seat);
    return may ? { item: body.item as unknown as SentItem, lesson: body.lesson } : undefined;
  }
  /** That device took part in that lesson, without a name. */
  const satAt = (lesson: Id<'lesson'>, key: string): boolean =>
    live.store?.database
      .all<SeatDocument>('lessonSeat')
      .some(
        ({ body }) => body.lesson === lesson && body.seat === key && body.stays?.some((stay) => !stay.pupil),
      ) ?? false;
  /** The teacher gave it back to be done again: then it is not late. */
  const askedAgain = (item: Id<'item'>, author: HandInAuthor): boolean =>
    live.store?.database
      .all<WorkNoteDocument>('workNote')
      .some(
        ({ body }) =>
          body.item === item &&
          body.again &&
          body.givenAt !== undefined &&
          sameAuthor({ pupils: body.pupils, seat: '' }, author),
      ) ?? false;

  const receipt = ({ version, receivedAt, late }: HandInDocument) => ({
    version,
    receivedAt,
    ...(late && { late }),
  });

  async function gather(seat: Seat, order: HandInOrder): Promise<Record<string, KeptFile>> {
    const kept: Record<string, KeptFile> = {};
    for (const part of order.parts) {
      if (part.kind !== 'file') continue;
      const found = [...receptions.values()].find(
        (one) => one.key === seat.key && one.order.upload === part.upload,
      );
      // After a restart the device asks for its upload again first, and finds it whole.
      if (!found) throw new PreauError('UPLOAD_BROKEN');
      const file = found.finished ?? (await files.finish(fileKey(seat.key, part.upload)));
      found.finished = file;
      const seen = await lookAtFile(files, { ...file, name: '' });
      // What a device calls its bytes is its word; a film that says it is a photo is neither.
      if (!seen || seen.type.split('/')[0] !== found.order.type.split('/')[0])
        throw new PreauError('FILE_REFUSED', { reason: 'type' });
      const name = safeFileName(part.name.replace(/\.[^.]*$/, ''));
      kept[part.upload] = { ...file, type: seen.type, name: `${name}${seen.extension}` };
    }
    return kept;
  }

  return {
    async upload(key, order) {
      const sizes = announced.get(key) ?? new Map<string, number>();
      const others = [...sizes].reduce(
        (sum, [upload, size]) => (upload === order.upload ? sum : sum + size),
        0,
      );
      if (others + order.size > MAX_ANNOUNCED) throw new PreauError('TOO_LARGE', { limit: MAX_ANNOUNCED });
      announced.set(key, sizes.set(order.upload, order.size));
      const offset = await files.begin(fileKey(key, order.upload), order.size);
      let known = [...receptions].find(
        ([, one]) => one.key === key && one.order.upload === order.upload,
      )?.[0];
      if (!known) {
        const own = [...receptions].filter(([, one]) => one.key === key);
        if (own.length >= MAX_RECEPTIONS && own[0]) receptions.delete(own[0][0]);
        known = random(18).toString('base64url');
      }
      receptions.set(known, { key, order });
      return { path: `/uploads/${known}`, offset };
    },
    reception(ticket) {
      const found = receptions.get(ticket);
      if (!found) return undefined;
      const { key, order } = found;
      return {
        size: order.size,
        async append(offset, bytes) {
          if (offset + bytes.length > order.size) throw new PreauError('TOO_LARGE', { limit: order.size });
          return files.append(fileKey(key, order.upload), offset, bytes);
        },
        offset: async () =>
          found.finished ? order.size : files.begin(fileKey(key, order.upload), order.size),
      };
    },
    async receive(lesson, seat, order) {
      const { store } = live.required();
      const held = store.database.get<HandInDocument>(order.id)?.body;
      if (held) {
        if (held.seat !== seat.key) throw new PreauError('FORBIDDEN', { action: 'handIn' });
        return receipt(held);
      }
      // A device names its own pupils only; in a lesson by number it names nobody.
      const strangers = order.pupils.filter((pupil) => !seat.pupils.includes(pupil));
      if (strangers.length > 0) throw new PreauError('FORBIDDEN', { action: 'handIn' });
      const ofToday = findItem(lesson, order.item) !== undefined;
      const author: HandInAuthor = {
        pupils: order.pupils.length > 0 || !ofToday ? order.pupils : seat.pupils,
        seat: seat.key,
      };
      const found = answered(lesson, author, order.item);
      if (!found) throw new PreauError('NOT_FOUND', { kind: 'item' });
      const { item } = found;
      const kept = await gather(seat, order);
      const late =
        (item.closedAt !== undefined || found.lesson !== lesson.id) && !askedAgain(item.id, author);
      const document: HandInDocument = {
        _id: order.id,
        type: 'handIn',
        v: 1,
        lesson: found.lesson,
        item: order.item,
        title: item.title,
        pupils: [...author.pupils],
        seat: seat.key,
        label: seat.label,
        version: nextVersion(
          facts((body) => body.item === order.item),
          order.item,
          author,
        ),
        receivedAt: live.now(),
        ...(late && { late }),
        ...(order.unfinished && { unfinished: true }),
        parts: order.parts as HandInDocument['parts'],
        files: kept,
      };
      await store.database.put(document);
      announce(document);
      return receipt(document);
    },
    lastVersions: (seat) =>
      lastVersions(
        facts((body) => body.lesson === live.lesson?.id),
        authorOf(seat),
      ),
    forget() {
      receptions.clear();
      announced.clear();
    },
  };
}
