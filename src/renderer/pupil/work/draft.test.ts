import { describe, expect, it } from 'vitest';
import { idFrom } from '../../../domain/id';
import { memoryShelf } from '../state/database';
import { createDrafts, DRAFT_LIFE, draftKey } from './draft';
import { pack } from './parcel';
import { addStroke, BLANK } from './strokes';

const item = idFrom('item', new Uint8Array(9));
const lea = idFrom('pupil', new Uint8Array(9));
const noe = idFrom('pupil', new Uint8Array(9).fill(9));

describe('drafts', () => {
  it('belong to those who sit together, in whatever order they came', () => {
    expect(draftKey(item, [lea, noe])).toBe(draftKey(item, [noe, lea]));
    expect(draftKey(item, [lea])).not.toBe(draftKey(item, [lea, noe]));
  });

  it('are found again, and are gone the next day', async () => {
    let now = 1_000;
    const drafts = createDrafts(memoryShelf(), () => now);
    await drafts.save({ ...(await drafts.open(item, [lea])), text: 'il était une fois' });
    expect((await drafts.open(item, [lea])).text).toBe('il était une fois');
    expect(await drafts.of([noe])).toHaveLength(0);
    expect(await drafts.of([lea])).toHaveLength(1);
    now += DRAFT_LIFE + 1;
    expect((await drafts.open(item, [lea])).text).toBe('');
    expect(await drafts.of([lea])).toHaveLength(0);
  });

  it('leave nothing when emptied', async () => {
    const shelf = memoryShelf();
    const drafts = createDrafts(shelf, () => 0);
    const draft = { ...(await drafts.open(item, [lea])), text: 'x' };
    await drafts.save(draft);
    await drafts.save({ ...draft, text: '' });
    expect(await shelf.all('drafts')).toHaveLength(0);
  });

  it('become parts of a hand-in: words, then a drawing for each page', async () => {
    const sheet = addStroke(BLANK, { colour: 'red', width: 4, points: [[1, 2]] });
    const draft = {
      key: '',
      item,
      pupils: [lea],
      text: 'ok',
      photos: [],
      touchedAt: 0,
      sheets: { 1: BLANK, 3: sheet },
    };
    const { parts } = await pack(draft);
    expect(parts.map((part) => part.kind)).toEqual(['text', 'drawing']);
    expect(parts[1]).toMatchObject({ page: 3 });
  });

  it('« J’ai fini » without a word is an answer too', async () => {
    const drafts = createDrafts(memoryShelf(), () => 0);
    expect((await pack(await drafts.open(item, [lea]))).parts).toEqual([{ kind: 'text', text: '' }]);
  });
});
