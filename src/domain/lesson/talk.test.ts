import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeatKey } from './model';
import {
  MAX_MESSAGE,
  mayRead,
  mayWrite,
  messageText,
  SILENT,
  type TalkMessage,
  type TalkState,
} from './talk';

const A: SeatKey = 'visitor-1';
const B: SeatKey = 'visitor-2';
const C: SeatKey = 'visitor-3';
const message = (part: Partial<TalkMessage>): TalkMessage => ({
  id: 'message_aaaaaaaaaaaaa',
  from: A,
  to: 'teacher',
  text: 'Bonjour',
  at: '2026-11-23T08:00:00.000Z',
  removed: false,
  ...part,
});

describe('what a child typed', () => {
  it('is kept as text: tags, emoji and right-to-left letters as they are, tricks taken out', () => {
    expect(messageText('  <b>coucou</b>\n\n http://exemple.fr ')).toBe('<b>coucou</b> http://exemple.fr');
    expect(messageText('👩‍🚀 مرحبا')).toBe('👩‍🚀 مرحبا');
    expect(messageText('\u202etxt.exe\u2066')).toBe('txt.exe');
    expect(messageText('z\u0310\u0311\u0312\u0313\u0314\u0315')?.length).toBeLessThanOrEqual(4);
    expect(messageText('\u200b\u200b')).toBeUndefined();
    expect(messageText('a'.repeat(MAX_MESSAGE + 1))).toBeUndefined();
  });

  it('stays what it is when it is read again, and never hides or turns what stands beside it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (typed) => {
        const text = messageText(typed);
        if (text === undefined) return;
        expect(messageText(text)).toBe(text);
        expect(text).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
      }),
    );
  });
});

describe('who reads and writes', () => {
  const state: TalkState = {
    open: true,
    rooms: [
      { id: 1, name: 'Les loups', to: [A, B] },
      { id: 2, name: 'Les ours', to: [C] },
    ],
    muted: [B],
  };
  it('a private question: its author and the teacher', () => {
    expect([A, B, C].map((key) => mayRead(state, key, message({})))).toEqual([true, false, false]);
  });
  it('a room: those who are in it, but the muted one does not write', () => {
    expect([A, B, C].map((key) => mayRead(state, key, message({ to: 1 })))).toEqual([true, true, false]);
    expect([A, B, C].map((key) => mayWrite(state, key, 1))).toEqual([true, false, false]);
    expect(mayWrite(state, B, 'teacher')).toBe(false);
  });
  it('nothing while it is closed, and nothing that was removed', () => {
    const to = fc.constantFrom<TalkMessage['to']>('teacher', A, B, 1, 2);
    fc.assert(
      fc.property(to, fc.constantFrom(A, B, C), (where, key) => {
        expect(mayRead(SILENT, key, message({ to: where }))).toBe(false);
        expect(mayRead(state, key, message({ to: where, removed: true }))).toBe(false);
        if (where === 'teacher' || typeof where === 'number')
          expect(mayWrite(SILENT, key, where)).toBe(false);
      }),
    );
  });
});
