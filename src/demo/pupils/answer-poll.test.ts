import { describe, expect, it } from 'vitest';
import type { PollCard } from '../../contract/pupil/poll';
import { answerValue } from '../../domain/lesson/poll';
import { seeded } from '../hub/random';
import { answersTo } from './answer-poll';

const card: PollCard = {
  id: 'poll_aaaaaaaaaaaaa',
  title: 'Quiz',
  questions: [
    { kind: 'yesno', text: '' },
    { kind: 'choice', text: '', choices: ['un', 'deux', 'trois'] },
    { kind: 'smileys', text: '' },
    { kind: 'number', text: '' },
    { kind: 'word', text: '' },
  ],
  anonymous: false,
  open: true,
  mine: [{ question: 1, value: 'A', n: 1 }],
};

describe('an invented child before a question', () => {
  it('gives an answer that the question takes, once, and none when it is over', () => {
    const random = seeded(7);
    for (let n = 0; n < 200; n += 1) {
      const said = answersTo(card, random);
      expect(said.map(({ question }) => question)).toEqual([0, 2, 3, 4]);
      for (const { question, value } of said) {
        const asked = card.questions[question];
        expect(asked && answerValue(asked, value)).toBe(value);
      }
    }
    expect(answersTo({ ...card, open: false }, random)).toEqual([]);
  });
});
