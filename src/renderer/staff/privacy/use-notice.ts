import { computed, ref } from 'vue';
import { useStaff } from '../client';
import { useLookedUp } from '../use-looked-up';
import { usePrivacyWords } from './use-words';

const AUDIENCES = ['parents', 'staff', 'pupils'] as const;

/** The notice, and for whom it is read. */
export function useNotice(first: (typeof AUDIENCES)[number]) {
  const staff = useStaff();
  const { t } = usePrivacyWords();
  const { value: register, failure } = useLookedUp(
    () => staff.request('privacy.notice', {}),
    'privacy.changed',
  );
  return {
    register,
    failure,
    audience: ref(first),
    audiences: computed(() =>
      AUDIENCES.map((value) => ({ value, label: t(`privacy.notice.audience.${value}`) })),
    ),
    print: (): void => window.print(),
  };
}
