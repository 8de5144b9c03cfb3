import { reactive } from 'vue';
import type { GuardianFields, GuardianSummary } from '../../../../contract/staff/guardians';

/** What stands in the form: empty strings for what is not known. */
export interface GuardianDraft {
  civility: 'mme' | 'm' | 'none';
  first: string;
  family: string;
  usage: string;
  email: string;
  mobile: string;
  home: string;
  work: string;
  street: string;
  postcode: string;
  city: string;
}

const EMPTY: GuardianDraft = {
  civility: 'none',
  first: '',
  family: '',
  usage: '',
  email: '',
  mobile: '',
  home: '',
  work: '',
  street: '',
  postcode: '',
  city: '',
};

export function useGuardianDraft() {
  const draft = reactive<GuardianDraft>({ ...EMPTY });
  let country = '';
  return {
    draft,
    fill(person?: GuardianSummary): void {
      country = person?.address['country'] ?? '';
      Object.assign(draft, EMPTY, {
        ...(person && {
          civility: person.civility ?? 'none',
          first: person.first,
          family: person.family,
          usage: person.usage ?? '',
          email: person.email ?? '',
          ...person.phones,
          street: person.address['street'] ?? '',
          postcode: person.address['postcode'] ?? '',
          city: person.address['city'] ?? '',
        }),
      });
    },
    /** As the contract wants it; `country` is kept as it was. */
    fields(): GuardianFields {
      const or = (text: string): string | undefined => text.trim() || undefined;
      return {
        ...(draft.civility === 'none' ? {} : { civility: draft.civility }),
        first: draft.first,
        family: draft.family,
        usage: or(draft.usage),
        email: or(draft.email),
        phones: { mobile: or(draft.mobile), home: or(draft.home), work: or(draft.work) },
        address: {
          street: or(draft.street),
          postcode: or(draft.postcode),
          city: or(draft.city),
          country: or(country),
        },
      };
    },
  };
}
