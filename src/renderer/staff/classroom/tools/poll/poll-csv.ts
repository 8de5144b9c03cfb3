import type { PollView } from '../../../../../contract/staff/poll';
import { csvFile } from '../../../../../domain/inventory/csv';

type Question = PollView['questions'][number];
export interface CsvWords {
  readonly head: {
    readonly question: string;
    readonly answer: string;
    readonly who: string;
    readonly right: string;
    readonly count: string;
  };
  readonly yes: string;
  readonly no: string;
  asked(question: Question): string;
  answer(question: Question, value: string): string;
}

/** One row an answer with who gave it; anonymous, one row a choice with how many. */
export function pollCsv(poll: PollView, words: CsvWords): string {
  const { head } = words;
  const right = (value: boolean | undefined): string =>
    value === undefined ? '' : value ? words.yes : words.no;
  if (poll.anonymous)
    return csvFile([
      [head.question, head.answer, head.right, head.count],
      ...poll.questions.flatMap((question, at) =>
        (poll.results[at]?.shown ?? 0) === 0
          ? []
          : (poll.results[at]?.rows ?? []).map((row) => [
              words.asked(question),
              words.answer(question, row.value),
              right(row.right),
              row.count,
            ]),
      ),
    ]);
  return csvFile([
    [head.question, head.who, head.answer, head.right],
    ...poll.questions.flatMap((question, at) =>
      poll.answers
        .filter((one) => one.question === at)
        .map((one) => [words.asked(question), one.who, words.answer(question, one.value), right(one.right)]),
    ),
  ]);
}
