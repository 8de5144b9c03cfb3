import type { InputOf } from '../../contract/define';
import type { PupilContract } from '../../contract/pupil';
import type { PollCard } from '../../contract/pupil/poll';
import { optionsOf } from '../../domain/lesson/poll';

const WORDS = ['la vache', 'le cheval', 'la poule', 'le mouton', 'la chèvre'];

/** What an invented child answers to what is asked of it: one answer to each question it has not answered yet. */
export function answersTo(card: PollCard, random: () => number): InputOf<PupilContract, 'poll.answer'>[] {
  if (!card.open) return [];
  return card.questions.flatMap((question, at) => {
    if (card.mine.some((one) => one.question === at)) return [];
    const options = optionsOf(question);
    const choices = options.length > 0 ? options : question.kind === 'number' ? ['11', '12', '13'] : WORDS;
    // Most think alike: a wall of equal bars would teach nothing.
    const value = choices[Math.floor(random() ** 2 * choices.length)];
    if (value === undefined) return [];
    const { id: poll, ballot } = card;
    return [{ poll, question: at, value, n: 1, ...(ballot !== undefined && { ballot }) }];
  });
}
