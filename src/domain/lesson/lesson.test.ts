import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPreauError } from '../errors';
import type { Id } from '../id';
import { instant } from '../time';
import { answerSignIn, leave, signIn, takeSeat } from './join';
import { askAttention, attentionFor, attentionState, confirmAttention, endAttention } from './attention';
import { itemsFor, outcomesOf, recordOutcome, resendItem, sendItem } from './items';
import { lastVersions, nextVersion, type HandInFact } from './hand-in';
import { MAX_SEATS, MAX_SHARE, NO_ATTENTION, type Lesson, type SeatKey } from './model';
import { arrive, changeSeat, handsUp, seatAt, setActivity, setHand, setPresence } from './seats';

const CAPABILITIES = { capture: false, battery: true, touch: true, camera: true, keys: true };
const pad = (n: number): string => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(n % 32).repeat(13);
const device = (n: number): Id<'device'> => `device_${pad(n)}`;
const pupil = (n: number): Id<'pupil'> => `pupil_${pad(n)}`;
const item = (n: number): Id<'item'> => `item_${pad(n)}`;
const T0 = Date.parse('2026-11-03T08:00:00.000Z');
const at = (seconds: number): string => instant(T0 + seconds * 1000);

const empty: Lesson = {
  id: 'lesson_aaaaaaaaaaaaa',
  ownerId: 'staff_aaaaaaaaaaaaa',
  classId: 'class_aaaaaaaaaaaaa',
  mode: 'personal',
  title: 'CE1',
  pictureCode: true,
  openedAt: at(0),
  seats: {},
  items: [],
  attention: NO_ATTENTION,
};
const atWork = (lesson: Lesson, ...keys: SeatKey[]): Lesson => keys.reduce(takeSeat, lesson);
const withDevices = (count: number): Lesson =>
  Array.from({ length: count }).reduce<Lesson>(
    (lesson, _, n) =>
      arrive(lesson, { key: device(n), label: `Tablette ${n + 1}`, capabilities: CAPABILITIES, at: at(0) }),
    empty,
  );

describe('seats', () => {
  it('gives a tablet the place written on its label, and another one the lowest free', () => {
    let lesson = arrive(empty, {
      key: device(6),
      label: 'Tablette 7',
      capabilities: CAPABILITIES,
      at: at(0),
    });
    lesson = arrive(lesson, { key: 'visitor-1', label: 'Visiteur', capabilities: CAPABILITIES, at: at(1) });
    lesson = arrive(lesson, { key: device(8), label: 'Ordi 7', capabilities: CAPABILITIES, at: at(2) });
    expect(Object.values(lesson.seats).map((seat) => seat.number)).toEqual([7, 1, 2]);
  });

  it('refuses one device more than a lesson holds, and knows those it has again', () => {
    let lesson = empty;
    for (let n = 1; n <= MAX_SEATS; n += 1)
      lesson = arrive(lesson, { key: `visitor-${n}`, label: 'V', capabilities: CAPABILITIES, at: at(0) });
    expect(() =>
      arrive(lesson, { key: 'visitor-99', label: 'V', capabilities: CAPABILITIES, at: at(1) }),
    ).toThrow('LESSON_FULL');
    expect(
      seatAt(
        arrive(lesson, { key: 'visitor-3', label: 'V', capabilities: CAPABILITIES, at: at(1) }),
        'visitor-3',
      ),
    ).toMatchObject({ number: 3 });
  });

  it('says who left Préau, since when, and who is back', () => {
    let lesson = setActivity(withDevices(1), device(0), { screen: 'item', visible: false }, at(5));
    lesson = setPresence(lesson, device(0), { presence: 'left', cause: 'page-hidden', at: at(9) });
    expect(seatAt(lesson, device(0))).toMatchObject({ presence: 'left', cause: 'page-hidden', since: at(5) });
    lesson = setActivity(lesson, device(0), { screen: 'item', visible: true }, at(12));
    expect(seatAt(lesson, device(0))).toMatchObject({ presence: 'here', since: at(12) });
  });

  it('who shares a screen shares it still after a heartbeat that was missed, not after a line that was cut', () => {
    const shares = changeSeat(withDevices(1), device(0), (seat) => ({ ...seat, sharing: true }));
    const after = (...facts: Parameters<typeof setPresence>[2][]): boolean | undefined =>
      seatAt(
        facts.reduce((lesson, fact) => setPresence(lesson, device(0), fact), shares),
        device(0),
      )?.sharing;
    const here = { presence: 'here', at: at(9) } as const;
    expect(after({ presence: 'silent', cause: 'no-answer', at: at(3) }, here)).toBe(true);
    expect(after({ presence: 'left', cause: 'page-hidden', at: at(3) }, here)).toBe(true);
    expect(after({ presence: 'silent', cause: 'line-cut', at: at(3) }, here)).toBe(false);
    expect(after({ presence: 'left', cause: 'page-closed', at: at(3) }, here)).toBe(false);
  });

  it('serves raised hands in their order', () => {
    let lesson = withDevices(3);
    lesson = setHand(lesson, device(2), true, at(1));
    lesson = setHand(lesson, device(0), true, at(2));
    lesson = setHand(lesson, device(2), true, at(3));
    expect(handsUp(lesson).map((seat) => seat.key)).toEqual([device(2), device(0)]);
  });
});

describe('joining', () => {
  it('lets two or three share a device, not four', () => {
    let lesson = withDevices(1);
    for (let n = 0; n < MAX_SHARE; n += 1) lesson = signIn(lesson, device(0), pupil(n)).lesson;
    expect(seatAt(lesson, device(0))?.pupils).toHaveLength(MAX_SHARE);
    expect(() => signIn(lesson, device(0), pupil(9))).toThrow('DEVICE_SHARED');
  });

  it('asks the teacher when the pupil is in elsewhere, and moves on yes', () => {
    const first = signIn(withDevices(2), device(0), pupil(1)).lesson;
    const second = signIn(first, device(1), pupil(1));
    expect(second.outcome).toBe('waiting');
    const moved = answerSignIn(second.lesson, device(1), pupil(1), true);
    expect(seatAt(moved, device(0))).toMatchObject({ joined: false, pupils: [] });
    expect(seatAt(moved, device(1))).toMatchObject({ joined: true, pupils: [pupil(1)], waiting: [] });
    const refused = answerSignIn(second.lesson, device(1), pupil(1), false);
    expect(seatAt(refused, device(0))?.pupils).toEqual([pupil(1)]);
  });

  it('moves at once from a device that is silent', () => {
    let lesson = signIn(withDevices(2), device(0), pupil(1)).lesson;
    lesson = setPresence(lesson, device(0), { presence: 'silent', cause: 'no-answer', at: at(3) });
    expect(signIn(lesson, device(1), pupil(1)).outcome).toBe('in');
  });

  it('never holds a pupil on two devices, whatever is clicked in whatever order', () => {
    const step = fc.record({
      what: fc.constantFrom('signIn', 'accept', 'refuse', 'leave', 'leaveAll', 'silent', 'here', 'seat'),
      d: fc.nat(4),
      p: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let lesson = withDevices(5);
        for (const { what, d, p } of steps) {
          try {
            lesson = apply(lesson, what, device(d), pupil(p));
          } catch (error) {
            if (!isPreauError(error)) throw error;
          }
          const all = Object.values(lesson.seats).flatMap((seat) => seat.pupils);
          expect(new Set(all).size).toBe(all.length);
          for (const seat of Object.values(lesson.seats)) {
            expect(seat.pupils.length).toBeLessThanOrEqual(MAX_SHARE);
            expect(seat.pupils.some((one) => seat.waiting.includes(one))).toBe(false);
          }
        }
      }),
    );
  });
});

function apply(lesson: Lesson, what: string, key: SeatKey, who: Id<'pupil'>): Lesson {
  if (what === 'signIn') return signIn(lesson, key, who).lesson;
  if (what === 'accept') return answerSignIn(lesson, key, who, true);
  if (what === 'refuse') return answerSignIn(lesson, key, who, false);
  if (what === 'leave') return leave(lesson, key, who);
  if (what === 'leaveAll') return leave(lesson, key);
  if (what === 'seat') return takeSeat(lesson, key);
  return setPresence(lesson, key, { presence: what === 'silent' ? 'silent' : 'here', at: at(1) });
}

describe('attention', () => {
  it('ends by itself and never lasts more than an hour', () => {
    const lesson = askAttention(withDevices(1), { minutes: 600, to: 'all', code: 7 }, T0);
    expect(attentionFor(lesson, device(0), T0 + 59 * 60_000).on).toBe(true);
    expect(attentionFor(lesson, device(0), T0 + 60 * 60_000).on).toBe(false);
  });

  it('is asked, then shown only when the device says so', () => {
    let lesson = askAttention(withDevices(2), { minutes: 5, to: [device(0)], code: 7 }, T0);
    expect(attentionState(lesson, device(0), at(1))).toBe('asked');
    expect(attentionState(lesson, device(1), at(1))).toBe('free');
    lesson = confirmAttention(lesson, device(0), true);
    expect(attentionState(lesson, device(0), at(1))).toBe('shown');
    lesson = setActivity(lesson, device(0), { screen: 'attention', visible: false }, at(2));
    expect(attentionState(lesson, device(0), at(2))).toBe('left');
    expect(attentionState(endAttention(lesson), device(0), at(2))).toBe('free');
  });
});

describe('items', () => {
  const sent = { id: item(1), title: 'Fiche', kind: 'pdf', answer: true, sentAt: at(0), to: 'all' } as const;

  it('reaches who comes late, and tells each device apart', () => {
    let lesson = sendItem(atWork(withDevices(3), device(0), device(1), device(2)), sent);
    lesson = recordOutcome(lesson, device(0), item(1), { outcome: 'done', at: at(1) });
    lesson = setPresence(lesson, device(1), { presence: 'silent', cause: 'line-cut', at: at(2) });
    expect(outcomesOf(lesson, sent, T0 + 3000)).toEqual([
      { seat: device(0), state: 'done', why: undefined, since: at(1) },
      { seat: device(1), state: 'no-answer', since: at(2), cause: 'line-cut' },
      { seat: device(2), state: 'sending', since: at(0) },
    ]);
    expect(outcomesOf(lesson, sent, T0 + 9000)[2]).toMatchObject({ state: 'no-answer', cause: 'no-answer' });
    const late = arrive(lesson, { key: device(9), label: 'T 10', capabilities: CAPABILITIES, at: at(60) });
    expect(itemsFor(late, device(9))).toEqual([sent]);
    expect(outcomesOf(late, sent, T0 + 61_000)).toHaveLength(3);
    expect(outcomesOf(atWork(late, device(9)), sent, T0 + 61_000)[3]).toMatchObject({
      state: 'sending',
      since: at(60),
    });
  });

  it('waits for nobody at a spare, nor at a tablet that was swapped; who left keeps having received', () => {
    let lesson = sendItem(atWork(withDevices(4), device(0), device(1), device(2)), sent);
    lesson = recordOutcome(lesson, device(0), item(1), { outcome: 'done', at: at(1) });
    lesson = recordOutcome(lesson, device(1), item(1), { outcome: 'impossible', why: 'broken', at: at(1) });
    lesson = leave(leave(lesson, device(0)), device(1));
    const seen = outcomesOf(lesson, sent, T0 + 9000).map(({ seat, state }) => [seat, state]);
    expect(seen).toEqual([
      [device(0), 'done'],
      [device(2), 'no-answer'],
    ]);
    expect(resendItem(lesson, item(1), at(10)).keys).toEqual([device(2)]);
  });
});

describe('hand-ins', () => {
  const fact = (id: number, version: number, pupils: number[]): HandInFact => ({
    id: `handin_${pad(id)}`,
    item: item(1),
    version,
    pupils: pupils.map(pupil),
    seat: device(0),
  });

  it('counts versions across devices, for each of those who shared', () => {
    const facts = [fact(1, 1, [1, 2]), fact(2, 2, [2])];
    expect(nextVersion(facts, item(1), { pupils: [pupil(1)], seat: device(3) })).toBe(2);
    expect(nextVersion(facts, item(1), { pupils: [pupil(2)], seat: device(3) })).toBe(3);
    expect(nextVersion(facts, item(1), { pupils: [], seat: device(3) })).toBe(1);
    expect(lastVersions(facts, { pupils: [pupil(2)], seat: 'x' })).toEqual([{ item: item(1), version: 2 }]);
  });
});
