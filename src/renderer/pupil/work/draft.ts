import type { Id } from '../../../domain/id';
import type { Shelf } from '../state/database';
import { BLANK, type Sheet } from './strokes';

/** One pupil's (or one group's) unfinished answer to one item. Photos, voices and films as bytes until they are handed in. */
export interface Draft {
  readonly key: string;
  readonly item: Id<'item'>;
  readonly pupils: readonly Id<'pupil'>[];
  /** Whose turn, from 1, where those who share a device have numbers only. */
  readonly turn?: number;
  readonly sheets: Readonly<Record<number, Sheet>>;
  readonly text: string;
  /** Taken with the device: photos, and voices and films too. */
  readonly photos: readonly Photo[];
  /** Where it stands since it last changed: handed in, or taken as it was. */
  readonly at?: 'given' | 'collected' | undefined;
  /** ms since 1970; a draft nobody came back to is wiped after `DRAFT_LIFE`. */
  readonly touchedAt: number;
}
export interface Photo {
  readonly upload: string;
  readonly bytes: Blob;
}
export const takeKind = ({ bytes }: Pick<Photo, 'bytes'>): 'photo' | 'voice' | 'film' =>
  bytes.type.startsWith('audio/') ? 'voice' : bytes.type.startsWith('video/') ? 'film' : 'photo';

/** A school day: what is left the next morning belongs to nobody any more. */
export const DRAFT_LIFE = 12 * 3_600_000;
export const MAX_PHOTOS = 6;

export function draftKey(item: Id<'item'>, pupils: readonly Id<'pupil'>[], turn?: number): string {
  return [item, ...[...pupils].sort(), ...(turn === undefined ? [] : [turn])].join('|');
}

export function emptyDraft(item: Id<'item'>, pupils: readonly Id<'pupil'>[], turn?: number): Draft {
  return {
    key: draftKey(item, pupils, turn),
    item,
    pupils,
    ...(turn !== undefined && { turn }),
    sheets: {},
    text: '',
    photos: [],
    touchedAt: 0,
  };
}

export const sheetOf = (draft: Draft, page: number): Sheet => draft.sheets[page] ?? BLANK;
export const strokeCount = (draft: Draft): number =>
  Object.values(draft.sheets).reduce((sum, sheet) => sum + sheet.strokes.length, 0);
export const isEmpty = (draft: Draft): boolean =>
  draft.text.trim() === '' && draft.photos.length === 0 && strokeCount(draft) === 0;

export interface Drafts {
  open(item: Id<'item'>, pupils: readonly Id<'pupil'>[], turn?: number): Promise<Draft>;
  save(draft: Draft): Promise<void>;
  /** Not empty, of one of these pupils. */
  of(pupils: readonly Id<'pupil'>[]): Promise<Draft[]>;
  /** Of those who sit here: in a lesson by number, of nobody. */
  here(pupils: readonly Id<'pupil'>[]): Promise<Draft[]>;
  wipe(draft: Pick<Draft, 'key'>): Promise<void>;
  /** Where the teacher's computer holds copies: tells them all again, or forgets what was told. */
  again?(): void;
  forget?(): void;
}

/** @param keeps false once the end of the lesson has cleaned this device */
export function createDrafts(shelf: Shelf, now: () => number, keeps: () => boolean = () => true): Drafts {
  const all = async (): Promise<Draft[]> => {
    const kept = (await shelf.all('drafts')) as Draft[];
    const old = kept.filter((draft) => now() - draft.touchedAt > DRAFT_LIFE);
    await Promise.all(old.map((draft) => shelf.remove('drafts', draft.key)));
    return kept.filter((draft) => !old.includes(draft));
  };
  return {
    async open(item, pupils, turn) {
      const key = draftKey(item, pupils, turn);
      return (await all()).find((draft) => draft.key === key) ?? emptyDraft(item, pupils, turn);
    },
    save: (draft) =>
      isEmpty(draft) || !keeps()
        ? shelf.remove('drafts', draft.key)
        : shelf.put('drafts', draft.key, { ...draft, touchedAt: now() }),
    async of(pupils) {
      return (await all()).filter(
        (draft) => draft.pupils.some((one) => pupils.includes(one)) && !isEmpty(draft),
      );
    },
    async here(pupils) {
      return (await all()).filter(
        (draft) =>
          !isEmpty(draft) &&
          (pupils.length === 0
            ? draft.pupils.length === 0
            : draft.pupils.some((one) => pupils.includes(one))),
      );
    },
    wipe: ({ key }) => shelf.remove('drafts', key),
  };
}
