import { computed, ref } from 'vue';
import { isPhotoPage } from '../../../../domain/lesson/notes';
import type { Answer } from '../../work/use-answer';
import { BLANK, type Sheet } from '../../work/strokes';
import type { Found } from './state';

/** What was drawn, by the child and over it by the teacher, as pages show it: nothing can be added here. */
export function readOnly({ parts, note }: Found): Answer {
  const sheets = new Map<number, Sheet>();
  for (const part of [...parts, ...(note?.drawings ?? [])])
    if (part.kind === 'drawing') {
      const strokes = [...(sheets.get(part.page)?.strokes ?? []), ...part.strokes];
      sheets.set(part.page, { ...BLANK, strokes });
    }
  const [first = 1] = [...sheets.keys()].filter((page) => !isPhotoPage(page)).sort((a, b) => a - b);
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    tool: ref('look'),
    colour: ref('blue'),
    page: ref(first),
    pages: ref(1),
    shapes: new Map(),
    text: ref(''),
    photos: computed(() => []),
    canTake: computed(() => false),
    full: ref(false),
    looking: computed(() => ({})),
    canUndo: computed(() => false),
    canHandIn: computed(() => false),
    sheet: (page) => sheets.get(page) ?? BLANK,
    draw: () => undefined,
    rub: () => undefined,
    undo: () => undefined,
    addPhoto: nothing,
    addRecording: nothing,
    dropPhoto: () => undefined,
    handIn: nothing,
    load: nothing,
    keep: nothing,
  };
}
