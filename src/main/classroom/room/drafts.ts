import { PreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import type { SeatKey } from '../../../domain/lesson/model';
import type { InputOf, ReplyOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';

type Keep = InputOf<PupilContract, 'room.keep'>;
type Stroke = NonNullable<Keep['strokes']>[number];
export type DraftOf = Pick<Keep, 'item' | 'pupils' | 'turn'>;

/** Characters of one reply's strokes: a frame holds 64 kB. */
const PIECE = 40 * 1024;
/** Characters that one device may keep here, and all of them together: drawings of a lesson, never the poste's memory. */
const OF_ONE = 2 * 1024 * 1024;
const OF_ALL = 40 * 1024 * 1024;
const PAGES = 40;

interface Sheet {
  readonly strokes: readonly Stroke[];
  /** Of each stroke, in characters. */
  readonly sizes: readonly number[];
}
interface Draft {
  readonly by: SeatKey;
  readonly text: string;
  readonly pages: ReadonlyMap<number, Sheet>;
  /** Photos, voices and films that are on the device alone. */
  readonly taken: number;
  readonly size: number;
}

/**
 * Work begun on a device, held so that a spare goes on with it when the first one is flat or broken. In memory: after a
 * restart of the poste each device tells its own again, for it keeps the first copy.
 */
export interface Drafts {
  /** @throws PreauError `TOO_LARGE` */
  keep(seat: SeatKey, input: Keep): void;
  drop(seat: SeatKey, of: DraftOf): void;
  begun(seat: SeatKey, of: DraftOf): ReplyOf<PupilContract, 'room.begun'>;
  /** Whether that device holds something of a draft that is not here. */
  hasTaken(seat: SeatKey): boolean;
  page(seat: SeatKey, of: DraftOf, page: number, from: number): ReplyOf<PupilContract, 'room.page'>;
  /** In a lesson by number the work is the device's: it is the spare's from now on. */
  move(from: SeatKey, to: SeatKey): void;
  forget(): void;
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

export function createDrafts(): Drafts {
  const drafts = new Map<string, Draft>();
  const owner = (seat: SeatKey, pupils: readonly Id<'pupil'>[]): string =>
    pupils.length > 0 ? [...pupils].sort().join('+') : seat;
  const keyOf = (seat: SeatKey, { item, pupils, turn }: DraftOf): string =>
    `${item}|${owner(seat, pupils)}|${turn ?? ''}`;

  function withStrokes(pages: Draft['pages'], { page, from = 0, strokes }: Keep): Draft['pages'] {
    if (page === undefined || !strokes) return pages;
    const held = pages.get(page) ?? { strokes: [], sizes: [] };
    const sheet: Sheet = {
      strokes: [...held.strokes.slice(0, from), ...strokes],
      sizes: [...held.sizes.slice(0, from), ...strokes.map((stroke) => JSON.stringify(stroke).length)],
    };
    return new Map([...pages, [page, sheet]]);
  }

  return {
    keep(seat, input) {
      const key = keyOf(seat, input);
      const held = drafts.get(key);
      const pages = withStrokes(held?.pages ?? new Map<number, Sheet>(), input);
      const text = input.text ?? held?.text ?? '';
      const size = text.length + sum([...pages.values()].flatMap(({ sizes }) => sizes));
      const others = [...drafts].filter(([other]) => other !== key).map(([, draft]) => draft);
      const ofOne = sum(others.filter(({ by }) => by === seat).map((draft) => draft.size)) + size;
      const ofAll = sum(others.map((draft) => draft.size)) + size;
      if (pages.size > PAGES || ofOne > OF_ONE || ofAll > OF_ALL)
        throw new PreauError('TOO_LARGE', { limit: OF_ONE });
      drafts.set(key, { by: seat, text, pages, taken: input.taken ?? held?.taken ?? 0, size });
    },
    drop: (seat, of) => void drafts.delete(keyOf(seat, of)),
    begun(seat, of) {
      const draft = drafts.get(keyOf(seat, of));
      return {
        pages: [...(draft?.pages ?? [])].map(([page, { strokes }]) => ({ page, strokes: strokes.length })),
        text: draft?.text ?? '',
      };
    },
    hasTaken: (seat) => [...drafts.values()].some(({ by, taken }) => by === seat && taken > 0),
    page(seat, of, page, from) {
      const sheet = drafts.get(keyOf(seat, of))?.pages.get(page);
      if (!sheet) return { strokes: [], more: false };
      let end = from;
      let size = 0;
      while (end < sheet.strokes.length && (end === from || size + (sheet.sizes[end] ?? 0) <= PIECE)) {
        size += sheet.sizes[end] ?? 0;
        end += 1;
      }
      return { strokes: sheet.strokes.slice(from, end), more: end < sheet.strokes.length };
    },
    move(from, to) {
      for (const [key, draft] of [...drafts]) {
        const [item, whose, turn] = key.split('|');
        if (whose !== from) continue;
        drafts.delete(key);
        drafts.set(`${item}|${to}|${turn}`, { ...draft, by: to });
      }
    },
    forget: () => drafts.clear(),
  };
}
