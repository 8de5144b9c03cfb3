import type { Id } from '../../domain/id';
import type { Families } from '../directory/guardians-records';
import type { SchoolDatabases } from '../directory/databases';
import type { SchoolDocument } from '../directory/records';
import type { FileStore } from '../files/port';
import type { Keyring } from '../../store/port-keys';
import type { AudienceDatabase, Store } from '../../store/port';
import type { Platform } from '../capability';

/** What privacy leans on. */
export interface PrivacyDeps {
  readonly platform: Platform;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly databases: SchoolDatabases;
  readonly parc: AudienceDatabase;
  readonly files: Pick<FileStore, 'openRead'>;
  readonly school: () => SchoolDocument | undefined;
  readonly timeZone: () => string;
  readonly horizon: () => string | undefined;
  /** Guardians and what was said of their authority, out of `direction`. */
  readonly families: (direction: AudienceDatabase) => Families;
  readonly poste: Id<'poste'>;
  readonly isHead: () => boolean;
  /** Every key ever granted to a computer; computers that were put out included. */
  readonly keysOf: (poste: Id<'poste'>) => readonly string[];
  /** The school's computers: whose they are, what they were given, whether they still count. */
  readonly postes: () => readonly {
    readonly poste: Id<'poste'>;
    readonly person: Id<'staff'> | null;
    readonly audiences: readonly string[];
    readonly out: boolean;
  }[];
  readonly seen: (poste: Id<'poste'>) => string | undefined;
  /** The last entry of this computer that stands on a sheet, and how many wait. */
  /** Says to which key the school's computers seal their sheets; a head's poste does. */
  readonly publishBoxes: () => Promise<void>;
  /** Puts what waits on sheets, as far as there is a box. */
  readonly flushTraces: () => Promise<void>;
  readonly traced: () => { readonly place: number; readonly waiting: number };
  readonly keychain: boolean;
  /** Calls once after that time; the function returned cancels it. */
  readonly after: (ms: number, run: () => void) => () => void;
}
