import { audience, type Audience, type AudienceKind } from '../../domain/audience';
import type { Id } from '../../domain/id';
import type { AudienceDatabase, Store } from '../../store/port';
import type { Keyring } from '../../store/port-keys';

/** The school's databases by what they hold, so that no service composes a name by hand. */
export interface SchoolDatabases {
  /** First calendar year of the school year in use. */
  readonly year: number;
  name(kind: AudienceKind, of?: Id): Audience;
  /** True when this poste holds the key: an audience it may not read is not an error, it is not there. */
  readable(kind: AudienceKind, of?: Id): boolean;
  /** @throws PreauError `KEY_MISSING` */
  open(kind: AudienceKind, of?: Id): Promise<AudienceDatabase>;
  /** Opens, making the key of a new audience first. */
  create(kind: AudienceKind, of?: Id): Promise<AudienceDatabase>;
}

const YEARLY: ReadonlySet<AudienceKind> = new Set<AudienceKind>(['ecole', 'classe', 'suivi']);

export function createDatabases(store: Store, keyring: Keyring, year: number): SchoolDatabases {
  const name = (kind: AudienceKind, of?: Id): Audience =>
    audience(kind, { ...(of ? { of } : {}), ...(YEARLY.has(kind) ? { year } : {}) });
  const databases: SchoolDatabases = {
    year,
    name,
    readable: (kind, of) => keyring.has(name(kind, of)),
    open: (kind, of) => store.open(name(kind, of)),
    async create(kind, of) {
      if (!keyring.has(name(kind, of))) await keyring.create(name(kind, of));
      return store.open(name(kind, of));
    },
  };
  return databases;
}
