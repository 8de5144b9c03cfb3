import { reactive, readonly } from 'vue';
import type { Tone } from './tones';

export interface Toast {
  readonly id: number;
  readonly title: string;
  readonly text?: string;
  readonly tone: Tone;
  /** What takes it back: undo rather than confirm. */
  readonly undo?: () => void;
  readonly undoLabel?: string;
  readonly durationMs: number;
}
export type ToastInput = Pick<Toast, 'title'> & Partial<Omit<Toast, 'id' | 'title'>>;

/** Long enough to read two lines aloud; longer where something can be undone. */
const READ_MS = 6_000;
const UNDO_MS = 10_000;
/** More than three at once are read by nobody. */
const MOST = 3;

const list = reactive<Toast[]>([]);
let next = 1;

function dismiss(id: number): void {
  const at = list.findIndex((toast) => toast.id === id);
  if (at >= 0) list.splice(at, 1);
}

function show(input: ToastInput): number {
  const id = next++;
  list.push({ tone: 'ok', durationMs: input.undo ? UNDO_MS : READ_MS, ...input, id });
  while (list.length > MOST) list.shift();
  return id;
}

/** What was just done, said in one line. A failure that needs an answer is a KNotice in the page, not a toast. */
export function useToasts(): {
  readonly toasts: readonly Toast[];
  readonly show: (input: ToastInput) => number;
  readonly dismiss: (id: number) => void;
} {
  return { toasts: readonly(list) as readonly Toast[], show, dismiss };
}
