import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentBody } from './port';
import { generationOf, isGenuine, isRevision, revisionKey, revisionOf } from './revision';

const KEY = Buffer.alloc(32, 7);
const body: DocumentBody = {
  _id: 'plan_aaaaaaaaaaaaa',
  type: 'plan',
  v: 1,
  title: 'Le cœur',
  n: 1.5,
  list: [1, null],
};

const reversed = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(reversed)
    : value && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, inner]) => [key, reversed(inner)]),
        )
      : value;
const json = () =>
  fc
    .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue(), { noNullPrototype: true })
    .filter((o) => !('_rev' in o));

describe('revision', () => {
  // Computed once with Python's hmac and json.dumps(sort_keys=True, ensure_ascii=False, separators=(',', ':')).
  it('has the known answers', () => {
    const first = revisionOf(KEY, { deleted: false, body });
    expect(first).toBe('1-66422e751c41e6e8554de94d191c3102');
    const second = revisionOf(KEY, {
      parent: first,
      deleted: true,
      body: { _id: body._id, type: 'plan', v: 1 },
    });
    expect(second).toBe('2-aedfcf6f513ad91b4aa19ed95aab12ec');
    expect(revisionKey(KEY).toString('hex')).toBe(
      '5727910eeb1bd5ee8274f2d91ea58bf63e540c48382eda7dcd001fee13edd6cb',
    );
  });

  it('does not depend on the order of keys, nor on a _rev that came along', () => {
    fc.assert(
      fc.property(json(), (fields) => {
        const one = { ...fields, _id: 'plan_a', type: 'plan', v: 1 } as DocumentBody;
        const other = { ...(reversed(one) as DocumentBody), _rev: '3-x' } as DocumentBody;
        expect(revisionOf(KEY, { deleted: false, body: other })).toBe(
          revisionOf(KEY, { deleted: false, body: one }),
        );
      }),
    );
  });

  it('differs with content, parent, deletion and key, to the last accent', () => {
    const of = (title: string, over: object = {}, key = KEY) =>
      revisionOf(key, { deleted: false, body: { ...body, title }, ...over });
    const all = [
      of('cœur'),
      of('cSur'),
      of('coeur'),
      of('cœur', { deleted: true }),
      of('cœur', { parent: of('cSur') }),
      of('cœur', {}, Buffer.alloc(32, 8)),
    ];
    expect(new Set(all.map((rev) => rev.slice(2))).size).toBe(all.length);
  });

  it('recognises a genuine record and refuses every other', () => {
    const first = revisionOf(KEY, { deleted: false, body });
    const rev = revisionOf(KEY, { parent: first, deleted: false, body });
    const record = { id: body._id, rev, ancestors: [first], deleted: false, body };
    expect(isGenuine(KEY, record)).toBe(true);
    for (const wrong of [
      { ...record, body: { ...body, title: 'Le cSur' } },
      { ...record, deleted: true },
      { ...record, ancestors: [] },
      { ...record, ancestors: [first, '4-' + '0'.repeat(32)] },
      { ...record, id: 'plan_b' },
      { ...record, rev: `2-${'0'.repeat(32)}` },
      { ...record, rev: 'not a revision' },
      { ...record, body: { ...body, title: '\ud800' } },
    ])
      expect(isGenuine(KEY, wrong)).toBe(false);
  });

  it('reads generations', () => {
    expect(generationOf(undefined)).toBe(0);
    expect(generationOf(`12-${'a'.repeat(32)}`)).toBe(12);
    expect(() => generationOf('12-xyz')).toThrow(RangeError);
    expect(isRevision(`0-${'a'.repeat(32)}`)).toBe(false);
  });
});
