import { useI18n } from 'vue-i18n';
import { isPreauError } from '../../domain/errors';
import { useToasts } from '../kit';

/** The sentence of a failure, from its code; what is not ours says so without details. */
export function useFailure(): {
  sentence: (error: unknown) => string;
  show: (error: unknown) => void;
  /** Runs what a person asked; a failure is shown and `undefined` comes back. */
  guard: <T>(action: () => Promise<T>) => Promise<T | undefined>;
} {
  const { t } = useI18n();
  const toasts = useToasts();
  const sentence = (error: unknown): string =>
    isPreauError(error) ? t(`errors.${error.code}`, error.params) : t('errors.INTERNAL', { reference: '–' });
  const show = (error: unknown): void => void toasts.show({ title: sentence(error), tone: 'bad' });
  return {
    sentence,
    show,
    async guard(action) {
      try {
        return await action();
      } catch (error) {
        show(error);
        return undefined;
      }
    },
  };
}
