import { useI18n } from 'vue-i18n';
import type { PollView } from '../../../../../contract/staff/poll';
import { LETTERS } from '../../../../../domain/lesson/poll';

type Question = PollView['questions'][number];

/** A question and its answers, as a teacher reads them. */
export function usePollWords() {
  const { t } = useI18n();
  function answer({ kind, choices }: Question, value: string): string {
    if (kind === 'yesno' || kind === 'smileys') return t(`poll.value.${value}`);
    if (kind === 'number') return value.replace('.', ',').replace('-', '−');
    if (kind === 'word') return value;
    const text = choices?.[(LETTERS as readonly string[]).indexOf(value)];
    return text ? `${value}. ${text}` : value;
  }
  const asked = (question: Question): string => question.text || t(`poll.kind.${question.kind}`);
  return { t, answer, asked };
}
