import type { Lesson, SeatKey } from '../../domain/lesson/model';
import type { Actor } from '../../domain/rights/actor';
import type { StaffAnnouncer } from './announcer';
import type { Collecting } from './collecting';
import type { ClassroomDeps } from './deps';
import type { HandIns } from './hand-ins';
import type { ItemFiles } from './item-files';
import type { JoinDesk } from './join-desk';
import type { Live } from './live';
import type { LessonStore } from './lesson-store';
import type { MediaHub } from './media-hub';

/** What every tool of the running lesson leans on. */
export interface ToolContext {
  readonly deps: ClassroomDeps;
  readonly live: Live;
  readonly announcer: StaffAnnouncer;
  readonly desk: JoinDesk;
  readonly items: ItemFiles;
  readonly handIns: HandIns;
  readonly media: MediaHub;
  readonly collecting: Collecting;
  /** @throws PreauError `LESSON_NONE`, `FORBIDDEN` for somebody else's lesson */
  conducted(actor: Actor): { readonly lesson: Lesson; readonly store: LessonStore };
}

/**
 * Something a teacher adds to a lesson (a question, the Internet, a projection) that the lesson itself need not know.
 * It keeps what must last in the lesson's base, and takes off what it set.
 */
export interface LessonTool {
  /** The lesson was opened, or found again after a restart. */
  begin?(lesson: Lesson): Promise<void> | void;
  /** The lesson closes: whatever was set comes off. What fails here is logged and keeps no lesson open. */
  end?(lesson: Lesson): Promise<void> | void;
  /** A device came to the door, with or without a lesson. */
  entered?(seat: SeatKey): void;
  /** The teacher sends a command of this tool once more to those who have not done it. */
  again?(kind: string, keys: readonly SeatKey[]): void;
  /** Now and then, and when a device comes: a computer that slept counts no time, and what ends by itself ends by the clock. */
  lookAtClock?(): void;
  /** A device's connection ended. */
  left?(seat: SeatKey): void;
  /** A staff window is gone: what it did live ends. */
  windowClosed?(connection: string): void;
  /** A staff window hides behind its lock, and nobody looks at it: what it hears of a child ends, what it shows goes on. */
  windowHidden?(connection: string): void;
  /** The poste stops; the lesson goes on at its next start. */
  close?(): Promise<void> | void;
}
