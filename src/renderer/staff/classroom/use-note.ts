import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import type { HandInPart } from '../../../contract/pupil/lesson';
import type { NoteView } from '../../../contract/staff/notes';
import type { StaffClient } from '../client';

type Drawing = Extract<HandInPart, { kind: 'drawing' }>;
type Stroke = Drawing['strokes'][number];

/** A message is a word, not a lesson, ms. */
const LONGEST = 120_000;

/** What the teacher is writing on one piece of work: kept by the host when asked, never before. */
export function useNote(staff: Pick<StaffClient, 'request' | 'upload' | 'fileUrl'>) {
  const text = ref('');
  const again = ref(false);
  const pen = ref<'red' | 'green' | 'blue'>();
  const pages = ref<ReadonlyMap<number, readonly Stroke[]>>(new Map());
  const past: number[] = [];
  const givenAt = ref<string>();
  /** To listen to: what was kept, or what was just said. */
  const voice = ref('');
  const spoken = shallowRef<Blob>();
  const kept = ref(false);
  const recording = ref(0);
  const refused = ref(false);
  const changed = ref(false);
  let recorder: MediaRecorder | undefined;
  let ticking: ReturnType<typeof setInterval> | undefined;

  async function show(note: NoteView | undefined): Promise<void> {
    text.value = note?.text ?? '';
    again.value = note?.again ?? false;
    givenAt.value = note?.givenAt;
    pages.value = new Map(
      (note?.drawings ?? []).flatMap((part) =>
        part.kind === 'drawing' ? [[part.page, part.strokes] as const] : [],
      ),
    );
    kept.value = note?.voice !== undefined;
    voice.value = note?.voice ? await staff.fileUrl(note.voice.path) : '';
  }
  function draw(page: number, stroke: Stroke): void {
    pages.value = new Map(pages.value).set(page, [...(pages.value.get(page) ?? []), stroke]);
    past.push(page);
    changed.value = true;
  }
  function undo(): void {
    const page = past.pop();
    if (page === undefined) return;
    pages.value = new Map(pages.value).set(page, (pages.value.get(page) ?? []).slice(0, -1));
  }
  async function speak(): Promise<void> {
    if (recorder?.state === 'recording') return recorder.stop();
    refused.value = false;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const made = new MediaRecorder(stream, { audioBitsPerSecond: 32_000 });
      const pieces: Blob[] = [];
      recorder = made;
      made.ondataavailable = ({ data }) => pieces.push(data);
      made.onstop = () => {
        clearInterval(ticking);
        recording.value = 0;
        for (const track of stream.getTracks()) track.stop();
        forget();
        spoken.value = new Blob(pieces, { type: (made.mimeType.split(';')[0] ?? '') || 'audio/webm' });
        voice.value = URL.createObjectURL(spoken.value);
        changed.value = true;
      };
      made.start();
      const begun = performance.now();
      recording.value = 1;
      ticking = setInterval(() => {
        recording.value = Math.ceil((performance.now() - begun) / 1_000);
        if (performance.now() - begun > LONGEST) made.stop();
      }, 500);
    } catch {
      refused.value = true;
    }
  }
  function forget(): void {
    if (spoken.value) URL.revokeObjectURL(voice.value);
    spoken.value = undefined;
    kept.value = false;
    voice.value = '';
  }
  onScopeDispose(() => {
    clearInterval(ticking);
    if (recorder?.state === 'recording') recorder.stop();
    forget();
  });

  return {
    text,
    again,
    pen,
    givenAt,
    voice,
    recording,
    refused,
    changed,
    pages,
    canUndo: computed(() => pages.value.size > 0 && past.length > 0),
    isEmpty: computed(
      () =>
        text.value.trim() === '' &&
        voice.value === '' &&
        [...pages.value.values()].every((strokes) => strokes.length === 0),
    ),
    show,
    draw,
    undo,
    speak,
    removeVoice(): void {
      forget();
      changed.value = true;
    },
    async save(
      place: { handIn: `handin_${string}`; class?: `class_${string}` },
      give: boolean,
    ): Promise<void> {
      const said = spoken.value;
      const upload = said ? await staff.upload(said, 'commentaire') : undefined;
      await staff.request('notes.save', {
        ...place,
        text: text.value,
        drawings: [...pages.value].flatMap(([page, strokes]) =>
          strokes.length > 0 ? [{ kind: 'drawing' as const, page, strokes: [...strokes] }] : [],
        ),
        voice: upload === undefined ? (kept.value ? 'keep' : 'none') : { upload },
        again: again.value,
        give,
      });
      changed.value = false;
    },
  };
}
export type Note = ReturnType<typeof useNote>;
