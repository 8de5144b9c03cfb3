import { answerValue, isQuestion, LETTERS, MAX_QUESTIONS, type Question } from './poll';

/**
 * A quiz as a plain text, typed in any editor: questions apart by an empty line, the question on its first line, then
 * `- ` before each choice, `* ` before the right one; or `= ` before the right number, word, « oui » or « non ».
 * `= ?` is a number to be typed, `:)` the three faces. A question alone is answered with a word.
 */
export interface QuizText {
  readonly questions: readonly Question[];
  /** Lines (from 1) of questions that could not be read. */
  readonly unread: readonly number[];
}

const YES = /^(oui|yes|vrai|true)$/i;
const NO = /^(non|no|faux|false)$/i;

export function readQuiz(text: string): QuizText {
  const questions: Question[] = [];
  const unread: number[] = [];
  let block: string[] = [];
  let from = 1;
  const close = (): void => {
    if (block.length === 0) return;
    const question = readQuestion(block);
    if (question && isQuestion(question) && questions.length < MAX_QUESTIONS) questions.push(question);
    else unread.push(from);
    block = [];
  };
  for (const [at, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const plain = line.trim();
    if (plain === '') close();
    else {
      if (block.length === 0) from = at + 1;
      block.push(plain);
    }
  }
  close();
  return { questions, unread };
}

function readQuestion([first = '', ...rest]: readonly string[]): Question | undefined {
  const text = first;
  if (/^[-*=]\s/.test(text) || text === ':)') return undefined;
  if (rest.length === 0) return { kind: 'word', text };
  if (rest.length === 1 && rest[0] === ':)') return { kind: 'smileys', text };
  const typed = rest.length === 1 ? /^=\s*(.+)$/.exec(rest[0] ?? '')?.[1] : undefined;
  if (typed !== undefined) return typedQuestion(text, typed);
  const choices = rest.map((line) => /^[-*]\s+(.+)$/.exec(line)?.[1]);
  const right = rest.flatMap((line, at) => (line.startsWith('*') ? [at] : []));
  if (choices.includes(undefined) || right.length > 1) return undefined;
  const letter = LETTERS[right[0] ?? -1];
  return {
    kind: 'choice',
    text,
    choices: choices.map((choice) => choice ?? ''),
    ...(letter !== undefined && { right: letter }),
  };
}

function typedQuestion(text: string, typed: string): Question | undefined {
  if (typed === '?') return { kind: 'number', text };
  if (/^oui\s*\/\s*non$/i.test(typed)) return { kind: 'yesno', text };
  if (YES.test(typed)) return { kind: 'yesno', text, right: 'yes' };
  if (NO.test(typed)) return { kind: 'yesno', text, right: 'no' };
  for (const kind of ['number', 'word'] as const) {
    const right = answerValue({ kind, text }, typed);
    if (right !== undefined) return { kind, text, right };
  }
  return undefined;
}

/** The same text again, to be given to a colleague. */
export const writeQuiz = (questions: readonly Question[]): string =>
  `${questions.map((question) => [question.text, ...answerLines(question)].join('\n')).join('\n\n')}\n`;

function answerLines({ kind, choices, right }: Question): string[] {
  if (kind === 'smileys') return [':)'];
  if (kind === 'choice')
    return (choices ?? []).map((choice, at) => `${LETTERS[at] === right ? '*' : '-'} ${choice}`);
  if (kind === 'yesno') return [`= ${right === undefined ? 'oui/non' : right === 'yes' ? 'oui' : 'non'}`];
  if (right !== undefined) return [`= ${right.replace('.', kind === 'number' ? ',' : '.')}`];
  return kind === 'number' ? ['= ?'] : [];
}
