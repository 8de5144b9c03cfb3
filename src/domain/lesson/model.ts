import type { Id } from '../id';
import type { Instant } from '../time';
import type { FileKind } from './work-files';

/**
 * A lesson as the poste knows it while it runs (CARMO-68: three modes). Plain values, never changed in place: each rule
 * takes a lesson and gives the next one. Presence, battery and activity are telemetry and die with the lesson; seats,
 * items, outcomes and hand-ins are also documents (see main/classroom/lesson-store.ts).
 */
export type LessonMode = 'anonymous' | 'numbered' | 'personal';

/** A device of the school, or a visitor of the plain page by its number. */
export type SeatKey = Id<'device'> | `visitor-${number}`;

/** `left`: the page is hidden or closed; `silent`: nothing answers any more. */
export type Presence = 'here' | 'left' | 'silent';
/** What most likely happened to a device that is not here. */
export type AbsenceCause = 'page-hidden' | 'page-closed' | 'no-answer' | 'line-cut' | 'never-came';

export interface SeatCapabilities {
  readonly capture: boolean;
  readonly battery: boolean;
  readonly touch: boolean;
  readonly camera: boolean;
  readonly keys: boolean;
  /** Préau fills its screen during the lesson (docs/pupil-mode.md). */
  readonly pupilMode?: boolean | undefined;
  /** Reached without our page: what it shows is read in its picture by the connector, not by a code. */
  readonly reach?: 'veyon' | 'rfb' | 'adb' | undefined;
}

/** What the pupil app shows, as data: the tile of a tablet that cannot capture its screen (DESIGN 5). */
export interface SeatActivity {
  readonly screen: 'home' | 'item' | 'homework' | 'attention' | 'join';
  readonly item?: Id<'item'> | undefined;
  readonly page?: number | undefined;
  readonly pages?: number | undefined;
  readonly strokes?: number | undefined;
  readonly characters?: number | undefined;
  readonly done?: boolean | undefined;
  readonly visible: boolean;
}

/** Why a device cannot do what was asked; in words: `classroom.why.<why>`. */
export const OUTCOME_WHYS = [
  'not-supported',
  'unreachable',
  'too-large',
  'broken',
  /** Its picture shows something else than what it says. */
  'not-on-screen',
  /** A setting of the device that only an adult changes. */
  'setting',
  /** Nothing there can do it from afar: a gesture is to be made. */
  'by-hand',
] as const;
export type OutcomeWhy = (typeof OUTCOME_WHYS)[number];

export interface SeatOutcome {
  readonly outcome: 'done' | 'impossible';
  readonly why?: OutcomeWhy | undefined;
  readonly at: Instant;
}

export interface Seat {
  readonly key: SeatKey;
  /** Place in the lesson, from 1; what a child of a numbered lesson is called by. */
  readonly number: number;
  /** « Tablette 7 », « Visiteur 3 ». */
  readonly label: string;
  /** A name only the teacher's screen knows (« Ma classe, tout de suite »). */
  readonly nickname?: string | undefined;
  /** Takes part: signed in by name, or seated by number. */
  readonly joined: boolean;
  /** Up to three who share the device. */
  readonly pupils: readonly Id<'pupil'>[];
  /** Asked here while in elsewhere: the teacher's click decides. */
  readonly waiting: readonly Id<'pupil'>[];
  readonly presence: Presence;
  readonly cause?: AbsenceCause | undefined;
  /** Since when the presence is what it is. */
  readonly since: Instant;
  readonly capabilities?: SeatCapabilities | undefined;
  readonly activity?: SeatActivity | undefined;
  /** Percent 0 to 100, as the device says, with its age: evidence, not truth (DESIGN 6). */
  readonly battery?:
    { readonly percent: number; readonly charging: boolean; readonly at: Instant } | undefined;
  readonly handUpAt?: Instant | undefined;
  /** The device says that the attention screen is on the glass. */
  readonly attentionShown: boolean;
  /** The code of this lock was found in a picture of the screen (true), or is not in it any more (false). */
  readonly attentionSeen?: boolean | undefined;
  /** Sends its screen (or offers to). */
  readonly sharing: boolean;
  readonly outcomes: Readonly<Record<string, SeatOutcome>>;
}

export type Recipients = 'all' | readonly SeatKey[];

export interface SentItem {
  readonly id: Id<'item'>;
  readonly title: string;
  readonly kind: 'page' | FileKind;
  /** `page` only: the address to open. */
  readonly url?: string | undefined;
  /** All others: the bytes, in the file store. */
  readonly file?: { readonly sha256: string; readonly size: number; readonly type: string } | undefined;
  /** Children of the school who can be recognised in it: asked again of their families' word wherever it goes. */
  readonly shows?: readonly Id<'pupil'>[] | undefined;
  readonly answer: boolean;
  readonly sentAt: Instant;
  readonly to: Recipients;
  /** Collected: what comes after is late, and taken all the same. */
  readonly closedAt?: Instant | undefined;
  /** Sent once more to those who did not get it; in memory only. */
  readonly resentAt?: Instant | undefined;
}

/** Something asked of devices: `attention`, `recess`, `clean`, or a tool's own name. */
export interface Command {
  readonly kind: string;
  readonly to: Recipients;
  readonly askedAt: Instant;
  readonly answers: Readonly<Record<string, SeatOutcome>>;
}

/** « Récréation »: everybody stays signed in until the teacher is back, or until this end. */
export interface Recess {
  readonly since: Instant;
  readonly until: Instant;
}

export interface Attention {
  readonly on: boolean;
  readonly reason?: string | undefined;
  /** A lock always has an end. */
  readonly until?: Instant | undefined;
  readonly to: Recipients;
  /** Drawn on the attention screen, new at each lock: `attention-code.ts`. */
  readonly code?: number | undefined;
  readonly askedAt?: Instant | undefined;
}
export const NO_ATTENTION: Attention = { on: false, to: 'all' };

export interface Lesson {
  readonly id: Id<'lesson'>;
  readonly ownerId: Id<'staff'>;
  readonly classId?: Id<'class'> | undefined;
  /** A group whose pupils take part; the lesson lies with the class. */
  readonly groupId?: Id<'group'> | undefined;
  readonly cartId?: Id<'cart'> | undefined;
  readonly mode: LessonMode;
  readonly title: string;
  /** A picture code is asked after the name. */
  readonly pictureCode: boolean;
  readonly openedAt: Instant;
  readonly seats: Readonly<Record<string, Seat>>;
  readonly items: readonly SentItem[];
  readonly attention: Attention;
  readonly recess?: Recess | undefined;
  readonly commands?: readonly Command[] | undefined;
}

/** Devices in one lesson: a class of 28, its spares and a few visitors. */
export const MAX_SEATS = 45;
/** Two or three pupils may share a device (DESIGN 5). */
export const MAX_SHARE = 3;
