import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCode, makeCode } from './label-code';
import { nextLabel, sameSerial } from './record';
import { normalise, search, type Searchable } from './search';

const code = (n: number) => makeCode(Uint8Array.of(n, n + 1, n + 2, n + 3));
const things: Searchable[] = [
  {
    label: 'Tablette 7',
    code: code(7),
    serial: 'R52N60A0007',
    words: ['Samsung', 'Galaxy Tab A7', 'Élémentaire'],
  },
  { label: 'Tablette 17', code: code(17), serial: 'R52N60A0017', words: ['Samsung', 'Galaxy Tab A7'] },
  { label: 'Casque 07', code: code(40), assetNumber: 'MAIRIE-0042', words: ['Tablette 7'] },
];
const labels = (query: string) => search(things, query).items.map((each) => each.label);

describe('finding in the inventory', () => {
  it('takes a code as scanned or as copied from the label', () => {
    expect(search(things, code(17)).exact?.label).toBe('Tablette 17');
    expect(search(things, formatCode(code(17)).toLowerCase()).exact?.label).toBe('Tablette 17');
  });

  it('takes a serial number, also through the wrong keyboard', () => {
    expect(search(things, 'r52n60a0017').exact?.label).toBe('Tablette 17');
    expect(search(things, 'R(éN-àQàà&è').exact?.label).toBe('Tablette 17');
    expect(search(things, 'mairie 0042').exact?.label).toBe('Casque 07');
  });

  it('takes words without accents or case, the best label first', () => {
    expect(labels('tablette 7')).toEqual(['Tablette 7', 'Casque 07']);
    expect(labels('tablette 07')).toEqual(['Tablette 7', 'Casque 07']);
    expect(labels('sung')).toEqual(['Tablette 7', 'Tablette 17']);
    expect(labels('elementaire')).toEqual(['Tablette 7']);
    expect(labels('casque 7')).toEqual(['Casque 07']);
    expect(labels('')).toHaveLength(3);
    expect(labels('???')).toEqual([]);
    expect(labels('robot')).toEqual([]);
  });

  it('finds each thing by its own label and code, whatever the label', () => {
    const label = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => normalise(text) !== '');
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 8 }), (made) => {
        const all = made.map((each, at) => ({ label: each, code: code(at * 4), words: [] }));
        for (const thing of all) {
          expect(search(all, thing.code).exact).toBe(thing);
          expect(search(all, thing.label).items).toContain(thing);
        }
      }),
    );
  });
});

describe('labels and serial numbers', () => {
  it('proposes the next label', () => {
    expect(nextLabel('Tablette 7')).toBe('Tablette 8');
    expect(nextLabel('Tab-09')).toBe('Tab-10');
    expect(nextLabel('Casque')).toBe('Casque 2');
  });
  it('compares serial numbers as people copy them', () => {
    expect(sameSerial('R52-N60 a', 'r52n60A')).toBe(true);
    expect(sameSerial('', '')).toBe(false);
    expect(sameSerial(undefined, '-')).toBe(false);
  });
});
