import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { LessonItem } from '../../../contract/pupil/lesson';
import type { Looking } from '../state/model';
import type { Session } from '../state/session';
import { emptyDraft, isEmpty, MAX_PHOTOS, sheetOf, strokeCount, type Draft, type Photo } from './draft';
import { pack } from './parcel';
import { newUpload } from '../state/new-id';
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
  /** One more can be taken. */
  readonly canTake: ComputedRef<boolean>;
  /** The browser has no room: what is here lives only as long as this page. */
  readonly full: Ref<boolean>;
  readonly looking: ComputedRef<Looking>;
  readonly canUndo: ComputedRef<boolean>;
  readonly canHandIn: ComputedRef<boolean>;
  sheet(page: number): Sheet;
  draw(page: number, stroke: Stroke): void;
  rub(page: number, at: Point): void;
  undo(): void;
  addPhoto(file: Blob): Promise<void>;
  /** A voice or a film, as it was recorded. */
  addRecording(bytes: Blob): Promise<void>;
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
  const full = ref(false);
  /** Differs from what is kept. */
  let dirty = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const keep = async (): Promise<void> => {
    clearTimeout(timer);
    if (!item.answer || !dirty) return;
    dirty = false;
    try {
      await session.drafts.save(draft.value);
      full.value = false;
    } catch {
      dirty = true;
      full.value = true;
    }
  };
  session.keepers.add(keep);
  onScopeDispose(() => session.keepers.delete(keep));
  const set = (next: Partial<Draft>): void => {
    draft.value = { ...draft.value, at: undefined, ...next };
    changed.value = true;
    dirty = true;
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
    dirty = false;
    changed.value = false;
  }

  async function add(take: Photo): Promise<void> {
    if (draft.value.photos.length >= MAX_PHOTOS) return;
    set({ photos: [...draft.value.photos, take] });
    await keep();
  }

  return {
    tool,
    colour,
    page,
    pages,
    shapes,
    text,
    photos: computed(() => draft.value.photos),
    canTake: computed(() => draft.value.photos.length < MAX_PHOTOS),
    full,
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
      await add(await takePhoto(file));
    },
    addRecording: (bytes) => add({ upload: newUpload(), bytes }),
    dropPhoto(upload) {
      set({ photos: draft.value.photos.filter((take) => take.upload !== upload) });
      void keep();
    },
    async handIn() {
      await keep();
      const work = await pack(draft.value, (at) => shapes.get(at) ?? Math.SQRT2);
      await session.outbox.add({ item: item.id, pupils: session.who(), ...work });
      set({ at: 'given' });
      await keep();
      given.value = draft.value;
      changed.value = false;
      void session.outbox.flush();
    },
    load,
    keep,
  };
}
