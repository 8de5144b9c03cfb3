import {
  audience,
  AUDIENCE_KINDS,
  parseAudience,
  type Audience,
  type AudienceKind,
} from '../../domain/audience';
import { opaqueOf, type Id } from '../../domain/id';
import type { AudienceDatabase, Store } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import { closedDatabase } from './closed-database';

/** The school's databases by what they hold, so that no service composes a name by hand. */
export interface SchoolDatabases {
  /** First calendar year of the school year in use. */
  readonly year: number;
  /** A class lives one year: the base of a class of last year is that year's. */
  name(kind: AudienceKind, of?: Id): Audience;
  /** True when this poste holds the key: an audience it may not read is not an error, it is not there. */
  readable(kind: AudienceKind, of?: Id): boolean;
  /** A base of a closed year refuses writes: `YEAR_CLOSED`. @throws PreauError `KEY_MISSING` */
  open(kind: AudienceKind, of?: Id): Promise<AudienceDatabase>;
  /** Opens, making the key of a new audience first. */
  create(kind: AudienceKind, of?: Id): Promise<AudienceDatabase>;
  /** `ecole` of another year, to be read; undefined where this poste does not hold it. */
  ecoleOf(year: number): Promise<AudienceDatabase | undefined>;
  /** `ecole` of the year that class is of: a register of last year names the pupils of last year. */
  ecoleWith(classId: Id<'class'>): Promise<AudienceDatabase>;
  /** Years before the one in use of which this poste holds something, oldest first. */
  earlierYears(): readonly number[];
  /** The same, with a later one that is being made or was put aside. */
  otherYears(): readonly number[];
}

/** What decides which bases are meant (src/main/year-in-use.ts). */
export interface YearsInUse {
  current(): number;
  isClosed(year: number): boolean;
}

export function createDatabases(store: Store, keyring: Keyring, years: YearsInUse): SchoolDatabases {
  function yearOf(kind: AudienceKind, of: Id): number {
    const mine = keyring
      .audiences()
      .map(parseAudience)
      .filter((found) => found?.kind === kind && found.opaque === opaqueOf(of))
      .flatMap((found) => found?.year ?? []);
    return mine.includes(years.current()) ? years.current() : (mine[0] ?? years.current());
  }
  const name = (kind: AudienceKind, of?: Id): Audience =>
    audience(kind, {
      ...(of ? { of } : {}),
      ...(AUDIENCE_KINDS[kind].yearly ? { year: of ? yearOf(kind, of) : years.current() } : {}),
    });
  function held(): number[] {
    const found = keyring.audiences().flatMap((name) => parseAudience(name)?.year ?? []);
    return [...new Set(found)].sort((a, b) => a - b);
  }
  async function open(wanted: Audience): Promise<AudienceDatabase> {
    const db = await store.open(wanted);
    const year = parseAudience(wanted)?.year;
    return year !== undefined && years.isClosed(year) ? closedDatabase(db, year) : db;
  }
  return {
    get year() {
      return years.current();
    },
    name,
    readable: (kind, of) => keyring.has(name(kind, of)),
    open: (kind, of) => open(name(kind, of)),
    async create(kind, of) {
      if (!keyring.has(name(kind, of))) await keyring.create(name(kind, of));
      return open(name(kind, of));
    },
    async ecoleOf(year) {
      const wanted = audience('ecole', { year });
      return keyring.has(wanted) ? open(wanted) : undefined;
    },
    async ecoleWith(classId) {
      const wanted = audience('ecole', { year: yearOf('classe', classId) });
      return open(keyring.has(wanted) ? wanted : name('ecole'));
    },
    earlierYears: () => held().filter((year) => year < years.current()),
    otherYears: () => held().filter((year) => year !== years.current()),
  };
}
