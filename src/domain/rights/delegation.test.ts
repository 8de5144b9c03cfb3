import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant } from '../time';
import type { Actor, RoleGrant } from './actor';
import {
  grantsFrom,
  hasKeysAt,
  isEnded,
  KEYS_AHEAD_MS,
  refusedOrder,
  TEACHER_MAX_DAYS,
  type Convention,
  type Delegation,
  type DelegationOrder,
} from './delegation';
import { grantsAt } from './effective';
import { STAFF_ROLES } from './roles';

const CM1 = 'class_aaaaaaaaaaaaa' as const;
const CP = 'class_bbbbbbbbbbbbb' as const;
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 7);
const staff = (letter: string, ...grants: RoleGrant[]): Actor => ({
  kind: 'staff',
  personId: `staff_${letter.repeat(13)}`,
  grants,
});
const head = staff('h', { role: 'head', classIds: [] });
const claire = staff('c', { role: 'teacher', classIds: [CM1] });
const order = (change: Partial<DelegationOrder> = {}): DelegationOrder => ({
  person: 'staff_sssssssssssss',
  role: 'substitute',
  classIds: [CM1],
  groupIds: [],
  from: instant(NOW),
  until: instant(NOW + 4 * DAY),
  ...change,
});
const delegation = (change: Partial<Delegation> = {}): Delegation => ({
  ...order(),
  id: 'event_aaaaaaaaaaaaa',
  by: 'staff_hhhhhhhhhhhhh',
  ...change,
});

describe('who may give what', () => {
  it('lets a head give a dated replacement', () => {
    expect(refusedOrder(head, order(), NOW)).toBeUndefined();
  });
  it.each([
    ['without an end', { until: undefined }, 'undated'],
    ['that ends before it begins', { until: instant(NOW - 1), from: instant(NOW) }, 'dates'],
    ['that is over', { from: instant(NOW - 2 * DAY), until: instant(NOW - DAY) }, 'dates'],
    ['with a date that is none', { until: 'demain' }, 'dates'],
    ['of no class', { classIds: [] }, 'scope'],
    ['to oneself', { person: 'staff_hhhhhhhhhhhhh' as const }, 'self'],
  ] as const)('refuses a replacement %s', (_name, change, why) => {
    expect(refusedOrder(head, order(change), NOW)).toBe(why);
  });
  it('lets a teacher hand their own class to a colleague for a while, and nothing else', () => {
    const lent = order({ role: 'teacher' });
    expect(refusedOrder(claire, lent, NOW)).toBeUndefined();
    expect(refusedOrder(claire, order({ role: 'teacher', classIds: [CM1, CP] }), NOW)).toBe('forbidden');
    expect(refusedOrder(claire, order({ role: 'teacher', until: undefined }), NOW)).toBe('tooLong');
    expect(
      refusedOrder(
        claire,
        order({ role: 'teacher', until: instant(NOW + (TEACHER_MAX_DAYS + 1) * DAY) }),
        NOW,
      ),
    ).toBe('tooLong');
    const refused = STAFF_ROLES.filter(
      (role) => refusedOrder(claire, order({ role, groupIds: [] }), NOW) !== undefined,
    );
    expect(STAFF_ROLES.filter((role) => !refused.includes(role))).toEqual(['teacher', 'atsem', 'guest']);
  });
  it('makes nobody a head for a while', () => {
    expect(refusedOrder(head, order({ role: 'head', classIds: [] }), NOW)).toBe('forbidden');
  });
  it('does not pass on what was lent', () => {
    const borrower = staff('b', { role: 'teacher', classIds: [CM1], until: instant(NOW + DAY) });
    expect(refusedOrder(borrower, order({ role: 'atsem' }), NOW)).toBe('forbidden');
    const substitute = staff('s', { role: 'substitute', classIds: [CM1], until: instant(NOW + DAY) });
    expect(refusedOrder(substitute, order({ role: 'atsem', person: 'staff_xxxxxxxxxxxxx' }), NOW)).toBe(
      'forbidden',
    );
  });
});

describe('what ends a delegation', () => {
  const end = (by: 'h' | 'c' | 'x', asHead: boolean) => ({
    delegation: delegation().id,
    at: instant(NOW),
    by: `staff_${by.repeat(13)}` as const,
    asHead,
  });
  it('is a head’s word or its giver’s, nobody else’s', () => {
    expect(isEnded(delegation(), [])).toBe(false);
    expect(isEnded(delegation(), [end('h', false)])).toBe(true);
    expect(isEnded(delegation(), [end('c', true)])).toBe(true);
    expect(isEnded(delegation(), [end('x', false)])).toBe(false);
    expect(isEnded(delegation({ id: 'event_bbbbbbbbbbbbb' }), [end('h', true)])).toBe(false);
  });
});

describe('an after-school leader', () => {
  const leader = delegation({ role: 'facilitator', classIds: [CM1], until: undefined });
  const convention = (from: number, until?: number): Convention => ({
    id: 'event_ccccccccccccc',
    from: instant(from),
    ...(until === undefined ? {} : { until: instant(until) }),
    signedBy: 'M. le maire',
    by: 'staff_hhhhhhhhhhhhh',
  });
  it('has nothing without a signed convention, nor outside its time', () => {
    expect(grantsFrom([leader], [])).toEqual([]);
    const dated = grantsFrom([leader], [convention(NOW + DAY, NOW + 2 * DAY)]);
    expect(grantsAt(dated, NOW)).toEqual([]);
    expect(grantsAt(dated, NOW + DAY)).toHaveLength(1);
    expect(grantsAt(dated, NOW + 2 * DAY)).toEqual([]);
  });
  it('has no class, whatever the delegation says', () => {
    expect(grantsFrom([leader], [convention(NOW)])).toMatchObject([{ role: 'facilitator', classIds: [] }]);
  });
});

describe('keys', () => {
  it('go a little ahead of the right, and never outlive it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10 * DAY, max: 10 * DAY }), (shift) => {
        const now = NOW + shift;
        const [given] = grantsFrom([delegation()], []);
        if (!given) throw new Error('no grant');
        const right = grantsAt([given], now).length === 1;
        const keys = hasKeysAt(given, now);
        if (right) expect(keys).toBe(true);
        expect(keys).toBe(shift >= -KEYS_AHEAD_MS && shift < 4 * DAY);
      }),
    );
  });
});
