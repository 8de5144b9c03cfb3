import type { Readable } from 'node:stream';
import type { SeatKey, SentItem } from '../../domain/lesson/model';
import type { LessonItem } from '../../contract/pupil/lesson';
import type { Random } from '../capability';
import type { LessonFiles } from './ports';

/** The bytes behind a ticket, for the door's file requests. */
export interface TicketFile {
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
  open(range?: { readonly start: number; readonly end: number }): Promise<Readable>;
}

/**
 * Documents and pictures on their way to devices. A ticket is for one device and one item: a hash is no permission
 * (DESIGN 3), and an address copied by a child opens nothing once the lesson is over.
 */
export interface ItemFiles {
  forDevice(item: SentItem, key: SeatKey): LessonItem;
  find(ticket: string): TicketFile | undefined;
  /** The lesson is over: every ticket with it. */
  forget(): void;
}

export function createItemFiles(files: LessonFiles, random: Random): ItemFiles {
  const tickets = new Map<string, SentItem>();
  const given = new Map<string, string>();
  function ticketFor(item: SentItem, key: SeatKey): string {
    const name = `${item.id} ${key}`;
    const held = given.get(name);
    if (held) return held;
    const ticket = random(18).toString('base64url');
    given.set(name, ticket);
    tickets.set(ticket, item);
    return ticket;
  }
  return {
    forDevice(item, key) {
      const { id, title, kind, answer, sentAt, file, closedAt } = item;
      return {
        id,
        title,
        kind,
        // Nothing of a visitor is kept, so nothing is asked of one.
        answer: answer && !key.startsWith('visitor-'),
        sentAt,
        url: file ? `/files/${ticketFor(item, key)}` : (item.url ?? ''),
        ...(file && { size: file.size, sha256: file.sha256, type: file.type }),
        ...(closedAt !== undefined && { closed: true }),
      };
    },
    find(ticket) {
      const item = tickets.get(ticket);
      if (!item?.file) return undefined;
      const { sha256, size } = item.file;
      return {
        type: item.file.type,
        size,
        sha256,
        open: (range) => files.openRead(sha256, range),
      };
    },
    forget() {
      tickets.clear();
      given.clear();
    },
  };
}
