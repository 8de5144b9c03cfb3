import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../json';
import { addDays, addMonths, daysBetween, EARLIEST, isLocalDay } from './calendar';
import { expiresOn, isExpired, type Dateable } from './expiry';
import { RULES } from './rules';

const day = fc
  .tuple(fc.integer({ min: 1990, max: 2200 }), fc.integer({ min: 0, max: 365 }))
  .map(([year, offset]) => addDays(`${String(year)}-01-01`, offset) ?? EARLIEST);
const date = fc.oneof(
  day,
  day.map((one) => `${one}T23:30:00.000Z`),
  fc.constantFrom('', '2026-02-31', '2026-13-01', '26-01-01', 'hier', 42, null, { at: '2026-09-01' }),
);
const FIELDS = Object.values(RULES).flatMap((rule) => ('kept' in rule ? [] : rule.date));
const body = fc
  .record({
    type: fc.constantFrom(...Object.keys(RULES), 'unknown', 'constructor', '__proto__'),
    v: fc.constantFrom(1, 1, 1, 2, 0, 1.5, Number.NaN),
    dates: fc.dictionary(fc.constantFrom(...FIELDS), date),
  })
  .map(({ type, v, dates }): Dateable => {
    const { 'item.sentAt': sentAt, ...flat } = dates as Record<string, Json>;
    return { ...flat, ...(sentAt === undefined ? {} : { item: { sentAt } }), type, v };
  });

describe('what is kept no longer', () => {
  it('stays so on every later day', () => {
    fc.assert(
      fc.property(body, day, day, (document, a, b) => {
        const [early, late] = a < b ? [a, b] : [b, a];
        return !isExpired(document, early) || isExpired(document, late);
      }),
    );
  });
  it('does not depend on the order of the keys', () => {
    fc.assert(
      fc.property(body, day, (document, on) => {
        const turned = Object.fromEntries(Object.entries(document).reverse()) as Dateable;
        return isExpired(document, on) === isExpired(turned, on);
      }),
    );
  });
  it('is never of a version that is not known', () => {
    fc.assert(
      fc.property(body, day, fc.integer({ min: 2 }), (document, on, v) => !isExpired({ ...document, v }, on)),
    );
  });
  it('is never a document without a date of this product’s time', () => {
    const without = body.map(
      (document) =>
        Object.fromEntries(
          Object.entries(document).map(([name, value]) => [name, isOld(value) ? 'hier' : value]),
        ) as Dateable,
    );
    const isOld = (value: unknown): boolean =>
      typeof value === 'string' && value < EARLIEST && isLocalDay(value.slice(0, 10));
    fc.assert(
      fc.property(without, day, (document, on) => {
        const end = expiresOn(document);
        return end === undefined ? !isExpired(document, on) : end >= EARLIEST;
      }),
    );
  });
  it('is nothing at all on a day that is none', () => {
    const old = { type: 'cartFact', v: 1, at: '2026-02-01T08:00:00.000Z' };
    expect(isExpired(old, '2099-01-01')).toBe(true);
    for (const wrong of ['', '2099', '2099-02-30', '99999-01-01', 'zzzz-zz-zz'])
      expect(isExpired(old, wrong)).toBe(false);
  });
});

describe('the periods', () => {
  it('keep the register ten years behind its school year', () => {
    for (const type of ['rollEntry', 'rollDone']) {
      expect(expiresOn({ type, v: 1, date: '2026-09-01' })).toBe('2037-08-01');
      expect(expiresOn({ type, v: 1, date: '2027-07-31' })).toBe('2037-08-01');
      expect(expiresOn({ type, v: 1, date: '2027-08-01' })).toBe('2038-08-01');
    }
    expect(isExpired({ type: 'rollEntry', v: 1, date: '2026-11-12' }, '2037-07-31')).toBe(false);
    expect(isExpired({ type: 'rollEntry', v: 1, date: '2026-11-12' }, '2037-08-01')).toBe(true);
  });
  it('leave last year’s notebooks to be read', () => {
    expect(expiresOn({ type: 'homework', v: 1, dueOn: '2026-11-12' })).toBe('2028-08-01');
    expect(expiresOn({ type: 'plan', v: 1, date: '2027-06-30' })).toBe('2028-08-01');
  });
  it('count a child who left from the end of the year whose register names them', () => {
    expect(expiresOn({ type: 'pupil', v: 1, leftOn: '2026-12-19' })).toBe('2027-11-01');
    expect(expiresOn({ type: 'pupil', v: 1 })).toBeUndefined();
  });
  it('read the date where it stands, the closing before the opening', () => {
    const open = { type: 'lesson', v: 1, openedAt: '2027-07-31T06:00:00.000Z' };
    expect(expiresOn(open)).toBe('2027-11-01');
    expect(expiresOn({ ...open, closedAt: '2027-08-01T06:00:00.000Z' })).toBe('2028-11-01');
    expect(expiresOn({ ...open, closedAt: 'hier' })).toBeUndefined();
    expect(expiresOn({ type: 'lessonItem', v: 1, item: { sentAt: '2027-01-01T06:00:00Z' } })).toBe(
      '2027-11-01',
    );
  });
  it('take the latest local day an instant has anywhere', () => {
    expect(expiresOn({ type: 'cartFact', v: 1, at: '2026-11-12T09:59:59.999Z' })).toBe('2027-11-12');
    expect(expiresOn({ type: 'cartFact', v: 1, at: '2026-11-12T10:00:00.000Z' })).toBe('2027-11-13');
  });
  it('do not believe a clock that stands before the product', () => {
    expect(expiresOn({ type: 'rollEntry', v: 1, date: '2001-11-12' })).toBeUndefined();
    expect(expiresOn({ type: 'handIn', v: 1, receivedAt: '1970-01-01T00:00:00.000Z' })).toBeUndefined();
  });
  it('name a source, or say that there is none', () => {
    for (const [type, rule] of Object.entries(RULES))
      expect('kept' in rule ? rule.kept : rule.source, type).toMatch(/\w{3}/);
  });
});

describe('days', () => {
  it('add months at the end of a month', () => {
    expect(addMonths('2027-11-30', 3)).toBe('2028-02-29');
    expect(addMonths('2026-08-31', 6)).toBe('2027-02-28');
    expect(addMonths('9999-12-01', 1)).toBeUndefined();
  });
  it('are counted whole, whatever the summer time', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -5000, max: 5000 }), (start, days) => {
        const end = addDays(start, days);
        return end !== undefined && daysBetween(start, end) === days;
      }),
    );
  });
});

describe('every kind of document', () => {
  /** Comments and tests apart, this is how the product spells the type of what it writes or reads. */
  const SPELLINGS = [
    /type: (?:v\.literal\()?'(\w+)'\)?(?: as const)?,\s*v\b/g,
    /readonly type: '(\w+)';/g,
    /classDocuments<\w+>\(\w+, '(\w+)'/g,
  ];
  const sources = ['src/main', 'src/exchange', 'src/store', 'sync-server'].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|testing|node_modules/.test(name))
      .map((name) => readFileSync(join(room, name), 'utf8')),
  );
  const written = new Set(
    sources.flatMap((text) =>
      SPELLINGS.flatMap((spelling) => [...text.matchAll(spelling)].flatMap(([, type]) => type ?? [])),
    ),
  );
  it('that is written has its row: somebody has said how long it stays', () => {
    expect([...written].filter((type) => !Object.hasOwn(RULES, type)).sort()).toEqual([]);
  });
  it('is found by this search', () => {
    expect([...written]).toEqual(
      expect.arrayContaining(['rollEntry', 'homework', 'pupilFile', 'grant', 'cartFact']),
    );
    expect(written.size).toBeGreaterThan(30);
  });
});
