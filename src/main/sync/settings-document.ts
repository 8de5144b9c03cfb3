import * as v from 'valibot';
import { idFrom, type Id } from '../../domain/id';
import { DEFAULT_SETTINGS, type SyncSettings } from '../../domain/sync/settings';
import { syncSettingsSchema } from '../../contract/staff/sync';
import { sha256, utf8 } from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { Store } from '../../store/port';

/** The head's settings: a document of `parc`, on every poste. Its prefix is the school's, so that a head alone writes it. */
const settingsId = (school: Id<'school'>): string =>
  idFrom('school', sha256(utf8(`sync settings ${school}`)));

export async function readSettings(
  store: Store,
  keyring: Pick<Keyring, 'has'>,
  school: Id<'school'>,
): Promise<SyncSettings> {
  if (!keyring.has('parc')) return DEFAULT_SETTINGS;
  const body = (await store.open('parc')).get(settingsId(school))?.body;
  if (!body) return DEFAULT_SETTINGS;
  const { night, nightBytes, monthBytes, metered, carrier } = body;
  const parsed = v.safeParse(syncSettingsSchema, { night, nightBytes, monthBytes, metered, carrier });
  return parsed.success ? parsed.output : DEFAULT_SETTINGS;
}

export async function writeSettings(
  store: Store,
  school: Id<'school'>,
  settings: SyncSettings,
): Promise<void> {
  const parc = await store.open('parc');
  const held = parc.get(settingsId(school));
  const { night, nightBytes, monthBytes, metered, carrier } = settings;
  await parc.put(
    {
      ...held?.body,
      _id: settingsId(school),
      type: 'syncSettings',
      v: 1,
      night: { from: night.from, to: night.to },
      nightBytes,
      monthBytes,
      metered,
      carrier,
    },
    held?.rev,
  );
}
