import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { LessonItem } from '../../../contract/pupil/lesson';
import type { Looking } from '../state/model';
import type { Session } from '../state/session';
import { emptyDraft, isEmpty, MAX_PHOTOS, sheetOf, strokeCount, type Draft, type Photo } from './draft';
import { pack } from './parcel';
import { takePhoto } from './photo';
import { addStroke, eraseAt, undo, type Colour, type Point, type Sheet, type Stroke } from './strokes';

export type Tool = 'look' | 'pen' | 'rubber';

/** The answer being made to one item: what the pages, the bar and the text box share. */
export interface Answer {
  readonly tool: Ref<Tool>;
  readonly colour: Ref<Colour>;
  readonly page: Ref<number>;
  readonly pages: Ref<number>;
  /** Height over width of the pages seen. */
  readonly shapes: Map<number, number>;
  readonly text: Ref<string>;
  readonly photos: ComputedRef<readonly Photo[]>;
  readonly looking: ComputedRef<Looking>;
  readonly canUndo: ComputedRef<boolean>;
  readonly canHandIn: ComputedRef<boolean>;
  sheet(page: number): Sheet;
  draw(page: number, stroke: Stroke): void;
  rub(page: number, at: Point): void;
  undo(): void;
  addPhoto(file: Blob): Promise<void>;
  dropPhoto(upload: string): void;
  handIn(): Promise<void>;
  load(): Promise<void>;
  keep(): Promise<void>;
}

/** Words are kept that long after the last key (ms); a stroke at once. */
const KEEP_AFTER = 300;
/** The rubber's reach, in thousandths of the page's width: about a child's fingertip. */
const RUB = 14;

export function useAnswer(session: Session, item: LessonItem): Answer {
  const draft = shallowRef<Draft>(emptyDraft(item.id, session.who()));
  const tool = ref<Tool>('look');
  const colour = ref<Colour>('blue');
  const page = ref(1);
  const pages = ref(1);
  const shapes = new Map<number, number>();
  /** What the door has, or will have: the same again is not handed in twice. */
  const given = shallowRef<Draft>();
  const changed = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const keep = (): Promise<void> => {
    clearTimeout(timer);
    return item.answer ? session.drafts.save(draft.value) : Promise.resolve();
  };
  const set = (next: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...next };
    changed.value = true;
    clearTimeout(timer);
    timer = setTimeout(() => void keep(), KEEP_AFTER);
  };
  const setSheet = (at: number, sheet: Sheet): void => {
    if (sheet === sheetOf(draft.value, at)) return;
    set({ sheets: { ...draft.value.sheets, [at]: sheet } });
    void keep();
  };
  const text = computed({
    get: () => draft.value.text,
    set: (words) => set({ text: words }),
  });
  const isGiven = (): boolean =>
    session.state.handedIn[item.id] !== undefined || session.state.posting.includes(item.id);

  watch(
    () => session.who().join(),
    () => void load(),
  );
  async function load(): Promise<void> {
    draft.value = await session.drafts.open(item.id, session.who());
    given.value = isGiven() ? draft.value : undefined;
    changed.value = false;
  }

  return {
    tool,
    colour,
    page,
    pages,
    shapes,
    text,
    photos: computed(() => draft.value.photos),
    canUndo: computed(() => sheetOf(draft.value, page.value).past.length > 0),
    canHandIn: computed(() => !isGiven() || (changed.value && !isEmpty(draft.value))),
    looking: computed(() => ({
      page: page.value,
      pages: Math.max(pages.value, page.value),
      strokes: strokeCount(draft.value),
      characters: draft.value.text.length,
      done: isGiven() && !changed.value,
    })),
    sheet: (at) => sheetOf(draft.value, at),
    draw: (at, stroke) => setSheet(at, addStroke(sheetOf(draft.value, at), stroke)),
    rub: (at, point) => setSheet(at, eraseAt(sheetOf(draft.value, at), point, RUB)),
    undo: () => setSheet(page.value, undo(sheetOf(draft.value, page.value))),
    async addPhoto(file) {
      const photo = await takePhoto(file);
      set({ photos: [...draft.value.photos, photo].slice(-MAX_PHOTOS) });
      await keep();
    },
    dropPhoto(upload) {
      set({ photos: draft.value.photos.filter((photo) => photo.upload !== upload) });
      void keep();
    },
    async handIn() {
      await keep();
      const work = await pack(draft.value, (at) => shapes.get(at) ?? Math.SQRT2);
      await session.outbox.add({ item: item.id, pupils: session.who(), ...work });
      given.value = draft.value;
      changed.value = false;
      void session.outbox.flush();
    },
    load,
    keep,
  };
}
