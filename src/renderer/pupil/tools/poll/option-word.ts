import type { PollCard } from '../../../../contract/pupil/poll';
import { LETTERS } from '../../../../domain/lesson/poll';
import { tt } from '../../words';

/** What stands beside a picture or a letter. */
export function optionWord({ kind, choices }: PollCard['questions'][number], value: string): string {
  if (kind === 'choice') return choices?.[(LETTERS as readonly string[]).indexOf(value)] ?? '';
  if (kind === 'number') return value.replace('.', ',').replace('-', '−');
  if (kind === 'word') return value;
  return tt(`poll.option.${value}`);
}
