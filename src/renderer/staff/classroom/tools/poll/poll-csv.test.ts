import { describe, expect, it } from 'vitest';
import type { PollView } from '../../../../../contract/staff/poll';
import { pollCsv, type CsvWords } from './poll-csv';

const words: CsvWords = {
  head: { question: 'Question', answer: 'Réponse', who: 'Qui', right: 'Juste', count: 'Nombre' },
  yes: 'oui',
  no: 'non',
  asked: ({ text }) => text,
  answer: (_question, value) => value,
};
const poll: PollView = {
  id: 'poll_aaaaaaaaaaaaa',
  lesson: 'lesson_aaaaaaaaaaaaa',
  title: 'Animaux',
  questions: [{ kind: 'word', text: 'Un animal ; de la ferme', right: 'vache' }],
  anonymous: false,
  askedAt: '2026-11-23T08:00:00.000Z',
  open: false,
  shown: false,
  results: [
    {
      total: 2,
      shown: 2,
      rows: [
        { value: 'vache', count: 1, right: true },
        { value: '=2+5', count: 1, right: false },
      ],
    },
  ],
  answers: [
    { question: 0, value: 'vache', right: true, who: 'Léa' },
    { question: 0, value: '=HYPERLINK("http://exemple.fr")', right: false, who: 'Hugo' },
  ],
  asked: 2,
  waiting: [],
};

describe('a question as a file', () => {
  it('has a row an answer, and no child’s word becomes a formula', () => {
    expect(pollCsv(poll, words)).toBe(
      '\ufeffQuestion;Qui;Réponse;Juste\r\n"Un animal ; de la ferme";Léa;vache;oui\r\n"Un animal ; de la ferme";Hugo;"\'=HYPERLINK(""http://exemple.fr"")";non\r\n',
    );
  });
  it('anonymous, has a row a choice and nobody', () => {
    const file = pollCsv({ ...poll, anonymous: true, answers: [] }, words);
    expect(file).toContain("'=2+5;non;1");
    expect(file).not.toContain('Léa');
    const few = { ...poll, anonymous: true, answers: [], results: [{ total: 2, shown: 0, rows: [] }] };
    expect(pollCsv(few, words).split('\r\n')).toHaveLength(2);
  });
});
