import { describe, expect, it } from 'vitest';
import { standingOf } from './authority';
import { contactsOf } from './guardian-contacts';

describe('« qui prévenir »', () => {
  it('names who may be called, with telephone numbers and nothing else', () => {
    const adult = (id: string, family: string) => ({
      id,
      names: { family, first: 'Dominique' },
      email: 'secret@example.org',
      phones: { work: '03', mobile: '06' },
      address: { street: 'rue secrète' },
      children: ['p'],
    });
    const barred = { ...standingOf([], '2026-11-22'), mayCall: false };
    const found = contactsOf([adult('b', 'ZOLA'), adult('c', 'MARTIN'), adult('a', 'ÉTANG')], (id) =>
      id === 'c' ? barred : standingOf([], '2026-11-22'),
    );
    expect(found.map(({ family }) => family)).toEqual(['ÉTANG', 'ZOLA']);
    expect(found[0]?.phones).toEqual([
      { kind: 'mobile', number: '06' },
      { kind: 'work', number: '03' },
    ]);
    expect(JSON.stringify(found)).not.toContain('secr');
  });
});
