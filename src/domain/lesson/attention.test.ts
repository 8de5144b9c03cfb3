import { describe, expect, it } from 'vitest';
import { idFrom } from '../id';
import { instant } from '../time';
import {
  askAttention,
  attentionFor,
  attentionState,
  confirmAttention,
  endAttention,
  seeAttention,
} from './attention';
import {
  answerCommand,
  askAgain,
  askCommand,
  attentionOutcomes,
  commandOutcomes,
  dropCommand,
} from './commands';
import { outcomesOf, recordOutcome, resendItem, sendItem } from './items';
import { NO_ATTENTION, type Lesson, type SeatKey } from './model';
import { arrive, changeSeat, setPresence } from './seats';

const T0 = Date.parse('2026-11-23T09:00:00Z');
const at = (seconds: number) => instant(T0 + seconds * 1000);
const device = (n: number): SeatKey => idFrom('device', new Uint8Array(9).fill(n));
const capabilities = { capture: true, battery: false, touch: false, camera: false, keys: true };

function lessonOf(devices: number): Lesson {
  let lesson: Lesson = {
    id: idFrom('lesson', new Uint8Array(9)),
    ownerId: idFrom('staff', new Uint8Array(9)),
    mode: 'numbered',
    title: '',
    pictureCode: false,
    openedAt: at(0),
    seats: {},
    items: [],
    attention: NO_ATTENTION,
  };
  for (let n = 1; n <= devices; n += 1) {
    lesson = arrive(lesson, { key: device(n), label: `PC ${n}`, capabilities, at: at(0) });
    lesson = changeSeat(lesson, device(n), (seat) => ({ ...seat, joined: true }));
  }
  return lesson;
}
const order = { minutes: 5, to: 'all', code: 4242 } as const;
const sharing = (lesson: Lesson, n: number): Lesson =>
  changeSeat(lesson, device(n), (seat) => ({ ...seat, sharing: true }));

describe('a lock that is seen', () => {
  it('is seen by its own code only, and only while the screen is shared', () => {
    let lesson = askAttention(sharing(lessonOf(2), 1), order, T0);
    lesson = confirmAttention(lesson, device(1), true);
    expect(attentionState(lesson, device(1), at(1))).toBe('shown');
    expect(attentionState(seeAttention(lesson, device(1), 4241), device(1), at(1))).toBe('unseen');
    lesson = seeAttention(lesson, device(1), 4242);
    expect(attentionState(lesson, device(1), at(1))).toBe('seen');
    expect(attentionState(seeAttention(lesson, device(1), undefined), device(1), at(1))).toBe('unseen');
    // A device that does not share is never « seen », whatever was said of it.
    expect(
      attentionState(
        seeAttention(confirmAttention(lesson, device(2), true), device(2), 4242),
        device(2),
        at(1),
      ),
    ).toBe('shown');
  });

  it('seen without the device’s word is seen; the picture of another lock is not', () => {
    let lesson = askAttention(sharing(lessonOf(1), 1), order, T0);
    lesson = seeAttention(lesson, device(1), 4242);
    expect(attentionState(lesson, device(1), at(1))).toBe('seen');
    lesson = askAttention(endAttention(lesson), { ...order, code: 99 }, T0 + 2000);
    expect(attentionState(lesson, device(1), at(3))).toBe('asked');
  });

  it('goes on with another length and keeps its code and those who show it', () => {
    let lesson = askAttention(sharing(lessonOf(1), 1), order, T0);
    lesson = seeAttention(lesson, device(1), 4242);
    lesson = askAttention(lesson, { ...order, code: 1, minutes: 10, reason: 'On range' }, T0 + 60_000);
    expect(lesson.attention).toMatchObject({ code: 4242, reason: 'On range', until: at(660) });
    expect(attentionState(lesson, device(1), at(61))).toBe('seen');
  });

  it('forgets what was seen of a device that left', () => {
    let lesson = seeAttention(askAttention(sharing(lessonOf(1), 1), order, T0), device(1), 4242);
    lesson = setPresence(lesson, device(1), { presence: 'left', cause: 'page-hidden', at: at(2) });
    expect(attentionState(lesson, device(1), at(2))).toBe('left');
    lesson = sharing(setPresence(lesson, device(1), { presence: 'here', at: at(3) }), 1);
    expect(attentionState(lesson, device(1), at(3))).toBe('asked');
  });
});

describe('a lock of some', () => {
  it('frees one while the others wait on, and takes in one more', () => {
    let lesson = askAttention(lessonOf(3), order, T0);
    lesson = endAttention(lesson, [device(2)]);
    expect([1, 2, 3].map((n) => attentionFor(lesson, device(n), T0).on)).toEqual([true, false, true]);
    lesson = askAttention(lesson, { ...order, to: [device(2)] }, T0);
    expect([1, 2, 3].map((n) => attentionFor(lesson, device(n), T0).on)).toEqual([true, true, true]);
    lesson = endAttention(lesson, [device(1), device(2), device(3)]);
    expect(lesson.attention).toEqual(NO_ATTENTION);
  });
});

describe('what became of a command', () => {
  it('one outcome a device: done, on its way, not possible and why, not answering and since when', () => {
    let lesson = askAttention(sharing(lessonOf(4), 2), order, T0);
    lesson = confirmAttention(lesson, device(1), true);
    lesson = seeAttention(confirmAttention(lesson, device(2), true), device(2), undefined);
    lesson = setPresence(lesson, device(3), { presence: 'silent', cause: 'line-cut', at: at(-5) });
    expect(attentionOutcomes(lesson, T0 + 1000).map((one) => [one.state, one.why ?? one.cause])).toEqual([
      ['done', undefined],
      ['impossible', 'not-on-screen'],
      ['no-answer', 'line-cut'],
      ['sending', undefined],
    ]);
    expect(attentionOutcomes(lesson, T0 + 9000).at(-1)).toMatchObject({
      state: 'no-answer',
      cause: 'no-answer',
    });
  });

  it('is not waited for where nobody sits, though an empty device is locked and cleaned as well', () => {
    let lesson = changeSeat(lessonOf(3), device(3), (seat) => ({ ...seat, joined: false }));
    lesson = askCommand(askAttention(lesson, order, T0), 'recess', 'all', at(0));
    lesson = askCommand(lesson, 'clean', 'all', at(0));
    const keys = (outcomes: readonly { seat: SeatKey }[]) => outcomes.map((one) => one.seat);
    const of = (held: Lesson, kind: string) =>
      (held.commands ?? [])
        .filter((one) => one.kind === kind)
        .flatMap((one) => keys(commandOutcomes(held, one, T0 + 9000)));
    expect(attentionFor(lesson, device(3), T0).on).toBe(true);
    expect(keys(attentionOutcomes(lesson, T0 + 9000))).toEqual([device(1), device(2)]);
    expect(of(lesson, 'recess')).toEqual([device(1), device(2)]);
    expect(askAgain(lesson, 'recess', at(9)).keys).toEqual([device(1), device(2)]);
    expect(of(lesson, 'clean')).toEqual([device(1), device(2), device(3)]);
    lesson = setPresence(lesson, device(3), { presence: 'silent', cause: 'line-cut', at: at(1) });
    expect(of(lesson, 'clean')).toEqual([device(1), device(2)]);
    lesson = answerCommand(lesson, device(3), 'clean', { outcome: 'impossible', why: 'by-hand', at: at(2) });
    expect(of(lesson, 'clean')).toEqual([device(1), device(2), device(3)]);
  });

  it('is asked again of those who have not done it', () => {
    let lesson = askCommand(lessonOf(3), 'clean', 'all', at(0));
    lesson = answerCommand(lesson, device(1), 'clean', { outcome: 'done', at: at(1) });
    lesson = answerCommand(lesson, device(2), 'clean', { outcome: 'impossible', why: 'by-hand', at: at(1) });
    lesson = answerCommand(lesson, device(3), 'other', { outcome: 'done', at: at(1) });
    const again = askAgain(lesson, 'clean', at(20));
    expect(again.keys).toEqual([device(2), device(3)]);
    const [command] = again.lesson.commands ?? [];
    expect(command && commandOutcomes(again.lesson, command, T0 + 21_000).map((one) => one.state)).toEqual([
      'done',
      'sending',
      'sending',
    ]);
    expect(dropCommand(again.lesson, 'clean').commands).toEqual([]);
    expect(askAgain(lesson, 'nothing', at(20)).keys).toEqual([]);
  });

  it('an item goes once more to those who do not have it, and their earlier word is forgotten', () => {
    const item = {
      id: idFrom('item', new Uint8Array(9)),
      title: 'Fiche',
      kind: 'pdf',
      answer: true,
      sentAt: at(0),
      to: 'all',
    } as const;
    let lesson = sendItem(lessonOf(3), item);
    lesson = recordOutcome(lesson, device(1), item.id, { outcome: 'done', at: at(1) });
    lesson = recordOutcome(lesson, device(2), item.id, { outcome: 'impossible', why: 'broken', at: at(1) });
    const { lesson: next, keys } = resendItem(lesson, item.id, at(30));
    expect(keys).toEqual([device(2), device(3)]);
    const [sent] = next.items;
    expect(sent && outcomesOf(next, sent, T0 + 31_000).map((one) => one.state)).toEqual([
      'done',
      'sending',
      'sending',
    ]);
    expect(sent && outcomesOf(next, sent, T0 + 39_000).map((one) => one.state)).toEqual([
      'done',
      'no-answer',
      'no-answer',
    ]);
  });
});
