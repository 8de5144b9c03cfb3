import { useI18n } from 'vue-i18n';
import type { PosteSummary } from '../../../contract/staff/postes';
import type { Id } from '../../../domain/id';
import { posteNames, startsWithVowel } from './poste-names';

/** What each computer is called on every screen: by the head, or by who uses it. */
export function usePosteNames(): (
  postes: readonly PosteSummary[],
  nameOf: (person: string | undefined) => string | undefined,
) => ReadonlyMap<Id<'poste'>, string> {
  const { t } = useI18n();
  return (postes, nameOf) =>
    posteNames(
      postes,
      ({ name, relay, person }) => {
        const who = nameOf(person);
        if (name !== undefined) return name;
        if (relay) return t('postes.relay');
        if (who === undefined) return t('postes.someone');
        return t(startsWithVowel(who) ? 'postes.computerOfVowel' : 'postes.computerOf', { who });
      },
      (owner, n) => t('postes.several', { owner, n }),
    );
}
