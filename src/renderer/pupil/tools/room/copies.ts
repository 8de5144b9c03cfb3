import type { InputOf } from '../../../../contract/define';
import type { PupilContract } from '../../../../contract/pupil';
import { isPreauError } from '../../../../domain/errors';
import { LineLost } from '../../net/line';
import { isEmpty, strokeCount, type Draft, type Drafts, type Photo } from '../../work/draft';
import { take } from '../../work/resume';
import { thin, type Stroke } from '../../work/strokes';
import type { Session } from '../../state/session';

type Keep = InputOf<PupilContract, 'room.keep'>;

/** Characters of strokes in one frame: the door takes 64 kB. */
const PIECE = 40 * 1024;

/** What the teacher's computer was told of a draft. */
interface Told {
  readonly text: string;
  readonly taken: number;
  readonly sheets: ReadonlyMap<number, readonly Stroke[]>;
}
const NOTHING: Told = { text: '', taken: 0, sheets: new Map() };

/** One that does not come leaves the others: the work goes on without it. */
const takenThere = async (files: readonly { url: string; type: string }[]): Promise<Photo[]> =>
  (await Promise.all(files.map((file) => take(file).catch(() => [])))).flat();

/**
 * Drafts of which the teacher's computer has a copy while the lesson lasts: another device goes on with them when this one
 * is flat, broken or taken away. What this device has comes first wherever it has more.
 */
export function mirrored(inner: Drafts, session: () => Session): Drafts {
  const told = new Map<string, Told>();
  const last = new Map<string, Draft>();
  /** In a lesson by number those who take turns have no name: their turn tells them apart. */
  const turnOf = (draft: Pick<Draft, 'pupils'>): number | undefined =>
    draft.pupils.length === 0 ? session().state.turns?.turn : undefined;
  const whose = (draft: Draft) => ({
    item: draft.item,
    pupils: [...draft.pupils],
    ...(draft.turn !== undefined && { turn: draft.turn }),
  });
  const kept = ({ item }: Pick<Draft, 'item'>): boolean =>
    !session().state.visitor && session().state.items.some((one) => one.id === item && one.answer);

  function say(draft: Draft, more: Omit<Keep, 'item' | 'pupils' | 'turn'>): void {
    session().tell((line) =>
      line.request('room.keep', { ...whose(draft), ...more }).catch((error: unknown) => {
        // Told whole the next time: a cut line lost a piece.
        told.delete(draft.key);
        throw error;
      }),
    );
  }
  function tell(draft: Draft): void {
    if (!kept(draft)) return;
    last.set(draft.key, draft);
    if (session().state.line !== 'up') return void told.delete(draft.key);
    const before = told.get(draft.key) ?? NOTHING;
    const sheets = new Map(before.sheets);
    const taken = draft.photos.length;
    if (draft.text !== before.text) say(draft, { text: draft.text });
    if (taken !== before.taken) say(draft, { taken });
    for (const [name, { strokes }] of Object.entries(draft.sheets)) {
      const page = Number(name);
      const known = before.sheets.get(page) ?? [];
      const same = strokes.findIndex((stroke, at) => stroke !== known[at]);
      const from = same < 0 ? strokes.length : same;
      if (from === strokes.length && known.length === strokes.length) continue;
      for (const piece of pieces(strokes, from)) say(draft, { page, ...piece });
      sheets.set(page, strokes);
    }
    told.set(draft.key, { text: draft.text, taken, sheets });
  }
  async function fetched(draft: Draft): Promise<Draft> {
    const line = session().line();
    const { pages, text, files = [] } = await line.request('room.begun', whose(draft));
    const photos = isEmpty(draft) && files.length > 0 ? await takenThere(files) : draft.photos;
    const there = pages.reduce((sum, { strokes }) => sum + strokes, text.length);
    if (there <= strokeCount(draft) + draft.text.length)
      return photos === draft.photos ? draft : { ...draft, photos };
    const sheets: Record<number, Draft['sheets'][number]> = {};
    for (const { page } of pages) {
      const strokes: Stroke[] = [];
      for (let more = true; more;) {
        const reply = await line.request('room.page', { ...whose(draft), page, from: strokes.length });
        strokes.push(...reply.strokes);
        more = reply.more && reply.strokes.length > 0;
      }
      sheets[page] = { strokes, past: [] };
      const { taken, sheets: known } = told.get(draft.key) ?? NOTHING;
      told.set(draft.key, { text, taken, sheets: new Map([...known, [page, strokes]]) });
    }
    return { ...draft, text, sheets, photos };
  }

  return {
    ...inner,
    async open(item, pupils) {
      const held = await inner.open(item, pupils, turnOf({ pupils }));
      if (!kept(held)) return held;
      try {
        const draft = await fetched(held);
        if (draft === held) tell(held);
        else {
          await inner.save(draft);
          tell(draft);
        }
        return draft;
      } catch (error) {
        if (isPreauError(error) || error instanceof LineLost) return held;
        throw error;
      }
    },
    async save(draft) {
      await inner.save(draft);
      tell(draft);
    },
    async wipe(draft) {
      await inner.wipe(draft);
      const was = last.get(draft.key);
      told.delete(draft.key);
      last.delete(draft.key);
      if (was) session().tell((line) => line.request('room.drop', whose(was)));
    },
    /** After a lost line, or a restart of the poste: everything of this lesson once more. */
    again() {
      told.clear();
      for (const draft of last.values()) tell(draft);
    },
    forget() {
      told.clear();
      last.clear();
    },
  };
}

/** Strokes from there on, cut so that each piece fits a frame; one that is too long alone loses points nobody sees. */
function* pieces(
  strokes: readonly Stroke[],
  from: number,
): Generator<{ readonly from: number; readonly strokes: Stroke[] }> {
  let piece: Stroke[] = [];
  let at = from;
  let size = 0;
  for (const stroke of strokes.slice(from)) {
    const fit = fitting(stroke);
    const length = JSON.stringify(fit).length;
    if (piece.length > 0 && size + length > PIECE) {
      yield { from: at, strokes: piece };
      at += piece.length;
      [piece, size] = [[], 0];
    }
    piece.push(fit);
    size += length;
  }
  yield { from: at, strokes: piece };
}
function fitting(stroke: Stroke): Stroke {
  let fit = stroke;
  for (let tolerance = 1; JSON.stringify(fit).length > PIECE && tolerance < 500; tolerance *= 2)
    fit = { ...stroke, points: thin(stroke.points, tolerance) };
  return fit;
}
