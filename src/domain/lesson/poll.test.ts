import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerValue,
  ANONYMOUS_STEP,
  isQuestion,
  isRight,
  LETTERS,
  MAX_WORD,
  mayShow,
  optionsOf,
  QUESTION_KINDS,
  tally,
  type Question,
} from './poll';
import { readQuiz, writeQuiz } from './poll-text';

const plain = fc
  .stringMatching(/^[A-Za-zéèàç' ]{1,30}\?$/)
  .map((text) => text.replace(/\s+/g, ' ').trim())
  .filter((text) => text.length > 1);
const question: fc.Arbitrary<Question> = fc
  .tuple(fc.constantFrom(...QUESTION_KINDS), plain, fc.array(plain, { minLength: 2, maxLength: 6 }))
  .chain(([kind, text, choices]) => {
    const bare: Question = kind === 'choice' ? { kind, text, choices } : { kind, text };
    const right = {
      yesno: fc.constantFrom('yes', 'no'),
      choice: fc.constantFrom(...LETTERS.slice(0, choices.length)),
      number: fc.integer({ min: -9999, max: 9999 }).map(String),
      word: fc.stringMatching(/^[a-z]{4,12}$/).filter((word) => !/^(vrai|true|faux|false)$/.test(word)),
      smileys: fc.constant(undefined),
    }[kind] as fc.Arbitrary<string | undefined>;
    return fc
      .option(right, { nil: undefined })
      .map((value) => (value === undefined ? bare : { ...bare, right: value }));
  });

describe('an answer', () => {
  it('is one of those offered, a number, or a short word; everything else is none', () => {
    const word: Question = { kind: 'word', text: '' };
    const number: Question = { kind: 'number', text: '' };
    expect(answerValue({ kind: 'yesno', text: '' }, 'yes')).toBe('yes');
    expect(answerValue({ kind: 'yesno', text: '' }, 'maybe')).toBeUndefined();
    expect(answerValue({ kind: 'choice', text: '', choices: ['', ''] }, 'C')).toBeUndefined();
    expect(answerValue(number, ' 3,50 ')).toBe('3.5');
    expect(answerValue(number, '12 000')).toBe('12000');
    expect(answerValue(number, '1e9')).toBeUndefined();
    expect(answerValue(number, '0x10')).toBeUndefined();
    expect(answerValue(word, '  un   chat ')).toBe('un chat');
    expect(answerValue(word, '<script>alert(1)</script>')).toBe('<script>alert(1)</script>');
    expect(answerValue(word, '\u202egnirts')).toBeUndefined();
    expect(answerValue(word, '👩‍🚀')).toBe('👩‍🚀');
    expect(answerValue(word, 'a'.repeat(MAX_WORD + 1))).toBeUndefined();
    expect(answerValue(word, '   ')).toBeUndefined();
  });

  it('once kept, is kept as it is: whatever was said', () => {
    fc.assert(
      fc.property(question, fc.string({ unit: 'grapheme', maxLength: 60 }), (asked, said) => {
        const value = answerValue(asked, said);
        if (value === undefined) return;
        expect(answerValue(asked, value)).toBe(value);

        expect(value).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it('is right whatever its capitals and accents, where a right one was given', () => {
    const word: Question = { kind: 'word', text: '', right: 'Éléphant' };
    expect(isRight(word, 'elephant')).toBe(true);
    expect(isRight(word, 'girafe')).toBe(false);
    expect(isRight({ kind: 'word', text: '' }, 'girafe')).toBeUndefined();
  });
});

describe('the bars', () => {
  it('hold every answer once, and every choice also at nought', () => {
    fc.assert(
      fc.property(question, fc.array(fc.nat(9), { maxLength: 38 }), (asked, picks) => {
        const options = optionsOf(asked);
        const values = picks.map((pick) => options[pick % options.length] ?? String(pick));
        const rows = tally(asked, values);
        expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(values.length);
        for (const option of options) expect(rows.some((row) => row.value === option)).toBe(true);
      }),
    );
  });

  it('put the same word written differently together, most said first', () => {
    const rows = tally({ kind: 'word', text: '' }, ['Chat', 'chien', 'chat', 'CHAT', 'Chien', 'âne']);
    expect(rows).toEqual([
      { value: 'Chat', count: 3 },
      { value: 'chien', count: 2 },
      { value: 'âne', count: 1 },
    ]);
  });

  it('of an anonymous question never grow by fewer than three while it runs', () => {
    fc.assert(
      fc.property(fc.nat(40), (last) => {
        let shown = 0;
        for (let total = 0; total <= last; total += 1) {
          const next = mayShow({ anonymous: true, open: true }, total, shown);
          expect(next === shown || next - shown >= ANONYMOUS_STEP).toBe(true);
          shown = next;
        }
        expect(mayShow({ anonymous: true, open: false }, last, shown)).toBe(last < ANONYMOUS_STEP ? 0 : last);
      }),
    );
  });
});

describe('a quiz as a text', () => {
  it('is read as a colleague typed it', () => {
    const { questions, unread } = readQuiz(
      '\ufeffQuelle est la capitale de la France ?\r\n- Lyon\r\n* Paris\r\n- Nice\r\n\r\n\r\nCombien font 3 × 4 ?\r\n= 12\r\n\r\nLe soleil est une étoile\r\n= vrai\r\n\r\nTu as aimé ?\r\n:)\r\n\r\nUn animal de la ferme\r\n\r\nMal écrite\r\n- seule\r\n',
    );
    expect(questions).toEqual([
      {
        kind: 'choice',
        text: 'Quelle est la capitale de la France ?',
        choices: ['Lyon', 'Paris', 'Nice'],
        right: 'B',
      },
      { kind: 'number', text: 'Combien font 3 × 4 ?', right: '12' },
      { kind: 'yesno', text: 'Le soleil est une étoile', right: 'yes' },
      { kind: 'smileys', text: 'Tu as aimé ?' },
      { kind: 'word', text: 'Un animal de la ferme' },
    ]);
    expect(unread).toEqual([18]);
  });

  it('comes back the same after it was written and read', () => {
    fc.assert(
      fc.property(fc.array(question, { minLength: 1, maxLength: 20 }), (questions) => {
        expect(questions.every(isQuestion)).toBe(true);
        expect(readQuiz(writeQuiz(questions))).toEqual({ questions, unread: [] });
      }),
      { numRuns: 30 },
    );
  });

  it('never throws, whatever the file', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const one of readQuiz(text).questions) expect(isQuestion(one)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
