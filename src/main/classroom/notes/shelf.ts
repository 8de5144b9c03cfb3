import type { Readable } from 'node:stream';
import type { ReplyOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import type { ShelfWork } from '../../../contract/pupil/notes';
import { PreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import { mayFindAgain } from '../../../domain/lesson/hand-in';
import type { SeatKey, SentItem } from '../../../domain/lesson/model';
import type { HandInDocument, ItemDocument, KeptFile, WorkNoteDocument } from '../documents';
import type { TicketFile } from '../item-files';
import type { ToolContext } from '../lesson-tool';
import { demandWork } from '../seat-rights';

/** Works on one page of the shelf: big pictures, two rows of a tablet. */
const PAGE = 12;
/** « Ces dernières semaines », ms: what is older is with the teacher. */
const KEPT = 8 * 7 * 86_400_000;
/** Tickets in the hands of one device at once; the oldest goes first. */
const MAX_TICKETS = 120;

type Opened = ReplyOf<PupilContract, 'notes.open'>;

/** « Mes travaux » as one device may see them: what all who sit there made together. */
export interface PupilShelf {
  list(key: SeatKey, before: string | undefined): { works: ShelfWork[]; more: boolean };
  /** @throws PreauError `NOT_FOUND` for anybody else's */
  open(key: SeatKey, id: Id<'handin'>): Opened;
  /** A file of whoever sits there now, for that device. */
  give(key: SeatKey, file: KeptFile): Opened['files'][string];
  /** The bytes behind a ticket, as long as the same children sit at the device it was given to. */
  file(ticket: string): TicketFile | undefined;
  forget(): void;
}

interface Ticket {
  readonly key: SeatKey;
  readonly pupils: readonly Id<'pupil'>[];
  readonly file: KeptFile;
}

export function createPupilShelf({ live, deps, items }: ToolContext): PupilShelf {
  const { clock, random } = deps.platform;
  const tickets = new Map<string, Ticket>();

  /** Who sits there now, by name: nobody in a lesson by number. */
  function here(key: SeatKey): readonly Id<'pupil'>[] {
    const { lesson } = live.required();
    demandWork(lesson, key);
    return lesson.classId ? (lesson.seats[key]?.pupils ?? []) : [];
  }
  const database = () => live.required().store.database;
  const own = (pupils: readonly Id<'pupil'>[]): HandInDocument[] =>
    database()
      .all<HandInDocument>('handIn')
      .map(({ body }) => body)
      .filter((body) => mayFindAgain(pupils, body));

  function noteOn(id: Id<'handin'>): WorkNoteDocument | undefined {
    return database()
      .all<WorkNoteDocument>('workNote')
      .map(({ body }) => body)
      .filter((body) => body.handIn === id && body.givenAt !== undefined)
      .sort((a, b) => (a.givenAt ?? '').localeCompare(b.givenAt ?? ''))
      .at(-1);
  }
  const itemOf = (id: Id<'item'>): SentItem | undefined => {
    const body = database().get<ItemDocument>(id)?.body;
    return body?.type === 'lessonItem' ? (body.item as unknown as SentItem) : undefined;
  };
  function view(body: HandInDocument): ShelfWork {
    const note = noteOn(body._id);
    return {
      id: body._id,
      item: body.item,
      title: body.title,
      kind: itemOf(body.item)?.kind ?? 'page',
      receivedAt: body.receivedAt,
      version: body.version,
      unfinished: body.unfinished === true,
      ...(note && { note: note.again ? 'again' : 'given' }),
    };
  }
  function give(key: SeatKey, pupils: readonly Id<'pupil'>[], file: KeptFile): Opened['files'][string] {
    const ticket = random(18).toString('base64url');
    const held = [...tickets].filter(([, one]) => one.key === key);
    if (held.length >= MAX_TICKETS && held[0]) tickets.delete(held[0][0]);
    tickets.set(ticket, { key, pupils: [...pupils], file });
    return { name: file.name, type: file.type, size: file.size, url: `/files/${ticket}` };
  }

  return {
    list(key, before) {
      const since = new Date(clock() - KEPT).toISOString();
      const last = new Map<Id<'item'>, HandInDocument>();
      for (const body of own(here(key)).sort((a, b) => a.receivedAt.localeCompare(b.receivedAt)))
        last.set(body.item, body);
      const works = [...last.values()]
        .filter((body) => body.receivedAt >= since && (before === undefined || body.receivedAt < before))
        .sort((a, b) => b.receivedAt.localeCompare(a.receivedAt));
      return { works: works.slice(0, PAGE).map(view), more: works.length > PAGE };
    },
    open(key, id) {
      const pupils = here(key);
      const body = own(pupils).find((one) => one._id === id);
      if (!body) throw new PreauError('NOT_FOUND', { kind: 'handin' });
      const item = itemOf(body.item);
      const note = noteOn(id);
      return {
        work: view(body),
        ...(item && { item: items.forDevice(item, key) }),
        parts: [...body.parts],
        files: Object.fromEntries(
          Object.entries(body.files).map(([upload, file]) => [upload, give(key, pupils, file)]),
        ),
        ...(note && {
          note: {
            text: note.text,
            drawings: [...note.drawings],
            ...(note.voice && { voice: give(key, pupils, note.voice) }),
            again: note.again,
            givenAt: note.givenAt ?? note.at,
          },
        }),
      };
    },
    give: (key, file) => give(key, live.lesson?.seats[key]?.pupils ?? [], file),
    file(ticket) {
      const found = tickets.get(ticket);
      if (!found) return undefined;
      const seat = live.lesson?.seats[found.key];
      const same = found.pupils.every((pupil) => seat?.pupils.includes(pupil));
      if (!seat || !same || seat.pupils.length !== found.pupils.length) {
        tickets.delete(ticket);
        return undefined;
      }
      const { sha256, size, type } = found.file;
      return {
        sha256,
        size,
        type,
        open: (range): Promise<Readable> => deps.files.openRead(sha256, range),
      };
    },
    forget: () => tickets.clear(),
  };
}
