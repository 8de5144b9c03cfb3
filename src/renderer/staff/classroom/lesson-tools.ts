import type { Component } from 'vue';
import type { LessonView } from '../../../contract/staff/classroom';
import type { IconName } from '../../kit';
import type { StaffClient } from '../client';

/**
 * A tool on the wall of a running lesson: `tools/<name>/tool.ts` exports `tool`. Components get `lesson` and `now`.
 * Few things stand in the bar (28 tiles must fit under it at 1366 × 768); the rest is in the menu.
 */
export interface LessonToolFace {
  readonly name: string;
  /** Key of the words on its button. */
  readonly label: string;
  readonly icon: IconName;
  /** `strip`: no button, only a line above the wall. */
  readonly place: 'bar' | 'menu' | 'strip';
  /** Order in its place, small first. */
  readonly rank: number;
  /** Opened by the button: a dialog or drawer with `v-model:open`. */
  readonly panel?: Component;
  /** Or done at once. */
  readonly act?: (staff: StaffClient, lesson: LessonView) => Promise<unknown>;
  /** Stands above the wall while it has something to say (renders nothing otherwise). */
  readonly strip?: Component;
  /** In the large view of one device; gets `seat` too. */
  readonly seat?: Component;
  /** Over each tile, small; gets `seat` too. */
  readonly tile?: Component;
}

const found = import.meta.glob<{ tool: LessonToolFace }>('./tools/*/tool.ts', { eager: true });
export const lessonTools: readonly LessonToolFace[] = Object.values(found)
  .map(({ tool }) => tool)
  .sort((a, b) => a.rank - b.rank);
