import type { Audience } from '../../domain/audience';
import type { Id } from '../../domain/id';
import type { ClockReading } from '../../domain/years/horizon';
import type { RevisionRecord, Store } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import type { Accounts } from '../directory/accounts';
import type { SchoolDatabases } from '../directory/databases';
import type { PeopleService } from '../directory/people-service';
import type { SchoolTime } from '../year-in-use';

/** What years need to know of the exchange: who is there, what is out, what was taken. */
export interface ExchangeFacts {
  /** True where what this poste writes counts as a head's. */
  isHead(): boolean;
  /** Postes of the school that were not put out, this one included; relays, which write nothing, are not among them. */
  postes(): readonly {
    readonly poste: Id<'poste'>;
    readonly person: Id<'staff'>;
    readonly audiences: ReadonlySet<Audience>;
  }[];
  /** When another poste was last heard by this one. */
  heard(poste: Id<'poste'>): string | undefined;
  /** The commune's clock beside this one, as of the last exchange. */
  communeClock(): ClockReading | undefined;
  /** Changes made here that are not known to stand on another machine. */
  unsent(audience: Audience): Promise<number>;
  /** Whether anybody else may hold that audience at all: another poste, the commune. */
  isShared(audience: Audience): boolean;
  /** Last sequence held of each poste. */
  held(audience: Audience): Promise<Readonly<Record<string, number>>>;
  /** Changes made here behind a sequence. */
  ownAfter(audience: Audience, seq: number): Promise<readonly RevisionRecord[]>;
  /** Audiences of which parcels are kept. */
  parcelAudiences(): readonly Audience[];
  /** Lets go of every parcel of an audience. */
  forgetParcels(audience: Audience): Promise<void>;
  /**
   * Writes what lives of an audience again, so that parcels keep nothing that documents forgot.
   * @returns false where it could not be done now: a parcel waits for its key, something is refused
   */
  consolidate(audience: Audience): Promise<boolean>;
  /** Signs and delivers what classes and roles give now. */
  refreshGrants(): Promise<void>;
}

export interface YearsDeps {
  readonly platform: Platform;
  readonly time: SchoolTime;
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'audiences' | 'has' | 'create' | 'destroy'>;
  readonly databases: SchoolDatabases;
  readonly accounts: Pick<Accounts, 'entitleAll'>;
  readonly people: Pick<PeopleService, 'staff'>;
  readonly timeZone: () => string;
  readonly poste: Id<'poste'>;
  readonly exchange: ExchangeFacts;
  /** True while a lesson is open on this poste. */
  readonly lessonOpen: () => boolean;
  /** Gives back files that no document names any more; nothing where a base is closed that may name some. */
  readonly collectFiles: () => Promise<void>;
  /** Told of what went by its date: base, day, number. */
  readonly expired?: (audience: string, on: string, count: number) => Promise<void>;
}
