import type { Component } from 'vue';
import type { PayloadOf } from '../../contract/define';
import type { PupilContract } from '../../contract/pupil';
import type { PupilEvent } from './net/line';
import type { Session } from './state/session';

type ToolEvents = {
  [E in PupilEvent]?: (payload: PayloadOf<PupilContract, E>) => void;
};

/**
 * Something of the lesson that the table need not know: `tools/<name>/tool.ts` exports `createTool`. Its words are
 * `tools/<name>/fr.json` and `en.json`; what it shows is fetched when first needed (the first screen stays small).
 */
export interface PupilTool {
  readonly events?: ToolEvents;
  /** A lesson is open here; nobody need have sat down yet. */
  arrive?(): Promise<void>;
  /** A binary frame of the door: each tool takes those of its own kind. */
  heard?(bytes: ArrayBuffer): void;
  /** Asked at every arrival in a lesson: after a sign-in, a reload, a lost line. */
  load?(): Promise<void>;
  /** The lesson is over, or somebody else sits here. */
  forget?(): void;
  /** Covers the table, but never the attention screen. */
  readonly overlay?: {
    shown(): boolean;
    readonly component: Component;
    /** Where several would show, the highest does: what the class is called to before what the child opened. */
    readonly rank?: number;
  };
  /** A button on the table. */
  readonly homeButton?: Component;
  /** A line over every screen of the lesson. */
  readonly banner?: Component;
}

const found = import.meta.glob<{ createTool(session: Session): PupilTool }>('./tools/*/tool.ts', {
  eager: true,
});
export const createTools = (session: Session): readonly PupilTool[] =>
  Object.values(found).map(({ createTool }) => createTool(session));
