import * as v from 'valibot';
import type { MEASURES, PrivacyContacts, RegisterView, RetentionView } from '../../contract/staff/privacy';
import { PreauError } from '../../domain/errors';
import { idFrom } from '../../domain/id';
import { KINDS } from '../../domain/privacy/kinds';
import { expiringNext } from '../../domain/privacy/person-file';
import { keepingOf, registerOf } from '../../domain/privacy/register';
import { addMonths, isLocalDay } from '../../domain/retention/calendar';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import { sha256, utf8 } from '../../exchange';
import { upsert } from './write';
import { privacySettingsSchema } from './documents';
import type { GoneFile } from './gone-file';
import type { PrivacyDeps } from './ports';
import type { Holdings } from './standing';

const EMPTY: PrivacyContacts = { academy: '', academyDpo: '', commune: '', communeDpo: '' };
const SETTINGS_ID = idFrom('school', sha256(utf8('privacy settings')));
/** Kinds that go next are looked at that far ahead. Months. */
const AHEAD = 12;

/** The register of processing, the notices made of it, and what is kept how long: all from what is really there. */
export interface RegisterService {
  register(actor: Actor): Promise<RegisterView>;
  notice(actor: Actor): Promise<RegisterView>;
  saveContacts(actor: Actor, contacts: PrivacyContacts): Promise<void>;
  retention(actor: Actor): Promise<RetentionView>;
}

export function createRegisterService(
  deps: PrivacyDeps,
  holdings: Holdings,
  gone: GoneFile,
): RegisterService {
  const { platform, parc } = deps;
  const today = (): string => localDate(platform.clock(), deps.timeZone());
  const contacts = (): PrivacyContacts => {
    const parsed = v.safeParse(privacySettingsSchema, parc.get(SETTINGS_ID)?.body);
    return parsed.success ? parsed.output.contacts : EMPTY;
  };
  const commune = (): boolean => parc.all('communeLink').length > 0;

  function measures(): (typeof MEASURES)[number][] {
    return [
      'atRest',
      deps.keychain ? 'keychain' : 'noKeychain',
      ...(commune() ? (['sealed'] as const) : []),
      'passwords',
      'rights',
      'traces',
      'lan',
      'retention',
      'backup',
    ];
  }

  async function view(): Promise<RegisterView> {
    const school = deps.school();
    if (!school) throw new PreauError('SCHOOL_MISSING');
    const counts = await holdings.counts();
    const uai = school.uai;
    return {
      school: school.name,
      ...(uai === undefined ? {} : { uai }),
      on: today(),
      contacts: contacts(),
      entries: registerOf({ counts, commune: commune(), portal: (counts['portalAccess'] ?? 0) > 0 }).map(
        (entry) => ({
          ...entry,
          people: [...entry.people],
          categories: [...entry.categories],
          keeping: [...entry.keeping],
          recipients: { ...entry.recipients, roles: [...entry.recipients.roles] },
        }),
      ),
      measures: measures(),
    };
  }

  return {
    async register(actor) {
      demand(actor, 'privacy.read');
      return view();
    },
    async notice(actor) {
      demand(actor, 'welcome.use');
      const full = await view();
      // How many of what is for those who may read it.
      return authorize(actor, 'privacy.read')
        ? full
        : { ...full, entries: full.entries.map((entry) => ({ ...entry, documents: 0 })) };
    },
    async saveContacts(actor, given) {
      demand(actor, 'privacy.manage');
      await upsert(parc, { _id: SETTINGS_ID, type: 'privacySettings', v: 1, contacts: { ...given } });
      platform.publish('privacy.changed', {});
    },
    async retention(actor) {
      demand(actor, 'privacy.read');
      const counts = await holdings.counts();
      const horizon = deps.horizon();
      const before = addMonths(isLocalDay(horizon) ? horizon : today(), AHEAD) ?? today();
      const standing = [];
      for await (const one of holdings.documents()) standing.push(one);
      return {
        ...(horizon === undefined ? {} : { horizon }),
        kinds: Object.entries(KINDS)
          .filter(([type, row]) => 'activity' in row && (counts[type] ?? 0) > 0)
          .map(([type]) => ({ ...keepingOf(type), documents: counts[type] ?? 0 })),
        next: expiringNext(standing, before).slice(0, 60),
        gone: [...gone.last()],
      };
    },
  };
}
