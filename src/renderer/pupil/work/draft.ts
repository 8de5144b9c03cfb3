import type { Id } from '../../../domain/id';
import type { Shelf } from '../state/database';
import { BLANK, type Sheet } from './strokes';

/** One pupil's (or one group's) unfinished answer to one item. Photos as bytes until they are handed in. */
export interface Draft {
  readonly key: string;
  readonly item: Id<'item'>;
  readonly pupils: readonly Id<'pupil'>[];
  readonly sheets: Readonly<Record<number, Sheet>>;
  readonly text: string;
  readonly photos: readonly Photo[];
  /** ms since 1970; a draft nobody came back to is wiped after `DRAFT_LIFE`. */
  readonly touchedAt: number;
}
export interface Photo {
  readonly upload: string;
  readonly bytes: Blob;
}

/** A school day: what is left the next morning belongs to nobody any more. */
export const DRAFT_LIFE = 12 * 3_600_000;
export const MAX_PHOTOS = 4;

export function draftKey(item: Id<'item'>, pupils: readonly Id<'pupil'>[]): string {
  return [item, ...[...pupils].sort()].join('|');
}

export function emptyDraft(item: Id<'item'>, pupils: readonly Id<'pupil'>[]): Draft {
  return { key: draftKey(item, pupils), item, pupils, sheets: {}, text: '', photos: [], touchedAt: 0 };
}

export const sheetOf = (draft: Draft, page: number): Sheet => draft.sheets[page] ?? BLANK;
export const strokeCount = (draft: Draft): number =>
  Object.values(draft.sheets).reduce((sum, sheet) => sum + sheet.strokes.length, 0);
export const isEmpty = (draft: Draft): boolean =>
  draft.text.trim() === '' && draft.photos.length === 0 && strokeCount(draft) === 0;

export interface Drafts {
  open(item: Id<'item'>, pupils: readonly Id<'pupil'>[]): Promise<Draft>;
  save(draft: Draft): Promise<void>;
  /** Not empty, of one of these pupils. */
  of(pupils: readonly Id<'pupil'>[]): Promise<Draft[]>;
  wipe(draft: Pick<Draft, 'key'>): Promise<void>;
}

export function createDrafts(shelf: Shelf, now: () => number): Drafts {
  const all = async (): Promise<Draft[]> => {
    const kept = (await shelf.all('drafts')) as Draft[];
    const old = kept.filter((draft) => now() - draft.touchedAt > DRAFT_LIFE);
    await Promise.all(old.map((draft) => shelf.remove('drafts', draft.key)));
    return kept.filter((draft) => !old.includes(draft));
  };
  return {
    async open(item, pupils) {
      const key = draftKey(item, pupils);
      return (await all()).find((draft) => draft.key === key) ?? emptyDraft(item, pupils);
    },
    save: (draft) =>
      isEmpty(draft)
        ? shelf.remove('drafts', draft.key)
        : shelf.put('drafts', draft.key, { ...draft, touchedAt: now() }),
    async of(pupils) {
      return (await all()).filter(
        (draft) => draft.pupils.some((one) => pupils.includes(one)) && !isEmpty(draft),
      );
    },
    wipe: ({ key }) => shelf.remove('drafts', key),
  };
}
