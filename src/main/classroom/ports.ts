import type { Readable } from 'node:stream';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import type { EventOf, PayloadOf } from '../../contract/define';
import type { PupilContract } from '../../contract/pupil';
import type { Picture } from '../../domain/people/pictures';
import type { AudienceDatabase } from '../../store/port';
import type { RunningMark } from './running-mark';

/** What the classroom needs from the other rooms; `rooms.ts` hands it in. */

/** Names, symbols and picture codes of a class (capability `directory`). */
export interface Rosters {
  roster(
    actor: Actor,
    classId: Id<'class'>,
    groupId?: Id<'group'>,
  ): Promise<{
    readonly pictureCode: boolean;
    readonly entries: readonly {
      readonly id: Id<'pupil'>;
      readonly name: string;
      readonly symbol: Picture;
      readonly code: readonly Picture[];
    }[];
  }>;
  classes(actor: Actor): Promise<readonly { readonly id: Id<'class'>; readonly label: string }[]>;
  groupName?(actor: Actor, groupId: Id<'group'>): Promise<string>;
  /** Whom the class has hosted: names of work that stays when they are gone. */
  guestNames?(classId: Id<'class'>): Promise<ReadonlyMap<string, string>>;
}

/** Where lessons are kept: in the class's audience, or with the fleet where no class is named (numbers only). */
export interface LessonDatabases {
  ofClass(classId: Id<'class'>): Promise<AudienceDatabase>;
  withoutClass(): Promise<AudienceDatabase>;
  /**
   * Where a class's plan is kept: levels and pairs are pedagogy, so it is the sealed base of its teachers; undefined where
   * this poste may not read it.
   */
  plansOf?(classId: Id<'class'>): Promise<AudienceDatabase | undefined>;
  /** Somebody's own notes, where what they prepared lies; without an account, the poste's. */
  personal(person: Id<'staff'>): Promise<AudienceDatabase>;
  /** The bases in which the lesson that was running may be, by the mark; read once at start. */
  marked(): Promise<readonly AudienceDatabase[]>;
  readonly mark: Pick<RunningMark, 'set' | 'clear'>;
}

export interface StoredFile {
  readonly sha256: string;
  /** bytes */
  readonly size: number;
}

/** Bytes at rest, encrypted; a received file grows piece by piece and survives a restart. */
export interface LessonFiles {
  /** Bytes already held of a reception, 0 for a new one. `key` is opaque and stable. */
  begin(key: string, size: number): Promise<number>;
  /** @returns the new offset, durable. @throws PreauError `UPLOAD_BROKEN` when `offset` is not where the file stands */
  append(key: string, offset: number, bytes: Uint8Array): Promise<number>;
  /** The whole file joins the store. @throws PreauError `UPLOAD_BROKEN` while bytes are missing */
  finish(key: string): Promise<StoredFile>;
  /** @throws PreauError `NOT_FOUND` */
  openRead(sha256: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
}

/** The two shelves of the staff window's binary door (`doors/loopback`). */
export interface StaffShelf {
  uploaded(connection: string, id: string): StoredFile & { readonly name: string; readonly type: string };
  offer(
    connection: string,
    download: {
      readonly name: string;
      readonly type: string;
      /** Unknown of what is made while it is read. */
      readonly size?: number;
      open(range?: { start: number }): Readable | Promise<Readable>;
    },
  ): string;
}

/** Binary frames to staff windows. */
export interface StaffMedia {
  send(connection: string, frame: Buffer): boolean;
}

/** Who is absent or late in this half-day's roll call; empty while it is not done. */
export type Attendance = (
  classId: Id<'class'>,
) => Promise<{ readonly absent: readonly Id<'pupil'>[]; readonly late: readonly Id<'pupil'>[] }>;

/** Where the LAN door can be reached now; undefined while it is closed. */
export interface DoorLinks {
  url(): string | undefined;
  namedUrl(): string | undefined;
  plainUrl(): string | undefined;
}

/** What « Vérifier ma salle » looks at of the door itself. */
export interface DoorFacts {
  addresses(): readonly string[];
  /** PEM of the school's root. */
  root(): string | undefined;
  /** The usual secure port; 0 for any. */
  wanted(): number;
}

/** One connected device, as the classroom speaks to it. */
export interface PupilLink {
  send<E extends EventOf<PupilContract>>(name: E, payload: PayloadOf<PupilContract, E>): void;
  /** Where it calls from on the school's network; several devices may share one. */
  readonly address?: string;
  /** A piece of voice; absent where the device has no such way. @returns false when it was dropped, because the device does not read */
  sendBytes?(frame: Buffer): boolean;
  /** Ends the connection after saying why. */
  end(reason: PayloadOf<PupilContract, 'door.closing'>['reason']): void;
}
