import type { Audience } from '../src/domain/audience';
import { createAnswers, GrantBook, Replica, type Answers, type Nonces } from '../src/exchange';
import { CommuneDocuments, communeDocumentSide } from './commune-documents';
import { communeKeys, type CommuneKeys } from './commune-keys';
import { communeRetention, type CommuneRetention } from './commune-retention';
import { audiencesIn, communeRefusals, communeShelf } from './commune-shelf';
import { SchoolCache } from './school-cache';
import { parseSchool, type SchoolRecord } from './school-record';
import type { GatewayStore, Shelf, ShelfDocument } from './store/shelf';

/** Who is spoken to at the commune, as postes sign it: a school's place, whichever gateway answers. */
export const gatewayChannel = (uai: string): string => `gateway ${uai.toLowerCase()}`;

const grantedIn = (book: GrantBook): Audience[] =>
  book.all().flatMap((grant) => (grant.kind === 'poste' ? grant.audiences : []));

/** A school as the commune answers for it. What it remembers between requests is read again where it has moved. */
export class CommuneSchool {
  readonly cache: SchoolCache;
  readonly keys: CommuneKeys;
  readonly documents: CommuneDocuments;
  #engine:
    { readonly record: SchoolRecord; readonly replica: Replica; readonly answers: Answers } | undefined;
  /** Parcels taken since this gateway knows the school. */
  taken = 0;
  readonly #retention: CommuneRetention;
  readonly #consolidations: unknown[] = [];
  /** What waited, and the keys there were, when it was last tried to open it. */
  readonly #tried = new Map<Audience, string>();
  #settling: Promise<void> | undefined;

  constructor(
    store: GatewayStore,
    readonly uai: string,
    private readonly nonces: Nonces,
    shelf: Shelf,
  ) {
    this.cache = new SchoolCache(shelf, (id, document) => this.#onChange(id, document));
    this.keys = communeKeys(this.cache);
    this.documents = new CommuneDocuments(store, uai);
    this.#retention = communeRetention({
      store,
      uai,
      cache: this.cache,
      keys: this.keys,
      documents: this.documents,
      granted: () => (this.#engine ? grantedIn(this.#engine.replica.book) : []),
    });
  }

  /** @returns false for a school that nobody made known */
  async refresh(): Promise<boolean> {
    await this.cache.refresh();
    if (!this.#engine) this.#start();
    if (!this.#engine) return false;
    for (const audience of this.keys.audiences().filter((name) => !this.#retention.hasEnded(name)))
      if (await this.documents.ready(audience)) await this.#unpackWaiting(audience);
    return true;
  }

  /**
   * Unpacks what waited: its base was made, this gateway has just begun, or another gateway was handed the key while
   * this one took a parcel without it. Each parcel is tried once with the keys there are.
   */
  async #unpackWaiting(audience: Audience): Promise<void> {
    const held = [`u!${audience}!`, `k!${audience}!`].flatMap((prefix) => this.cache.all(prefix));
    const now = held.map(({ _id }) => _id).join(' ');
    if (!now.startsWith('u!') || this.#tried.get(audience) === now) return;
    await this.replica.applyBacklog(audience);
    this.#tried.set(audience, now);
  }

  get replica(): Replica {
    return this.#known().replica;
  }

  get answers(): Answers {
    return this.#known().answers;
  }

  async keepKey(audience: Audience, keyId: string, revisionKey: Buffer): Promise<void> {
    if (this.#retention.hasEnded(audience)) return;
    await this.keys.keep(audience, keyId, revisionKey);
    if (await this.documents.ready(audience)) await this.replica.applyBacklog(audience);
  }

  /** Resolves when everything taken so far survives a power cut. */
  flush(): Promise<void> {
    return this.cache.shelf.flush();
  }

  /** Does what has come asks for, apart from any answer: sweeps, years that ended, snapshots. One at a time. */
  settle(): Promise<void> {
    this.#settling ??= this.#settle().finally(() => (this.#settling = undefined));
    return this.#settling;
  }

  async #settle(): Promise<void> {
    // Another gateway may have taken a snapshot and died before it let go of what is covered.
    for (const grant of this.#consolidations.splice(0)) await this.#engine?.replica.learn(grant);
    await this.#retention.settle();
  }

  /** Everything, but for years that are over: what is said and taken of a school is without them. */
  #holds(book: GrantBook): ReadonlySet<Audience> | 'all' {
    if (this.cache.all('y!').length === 0) return 'all';
    return new Set(
      [...grantedIn(book), ...audiencesIn(this.cache)].filter(
        (audience) => !this.#retention.hasEnded(audience),
      ),
    );
  }

  #known() {
    if (!this.#engine) throw new Error('school: not known');
    return this.#engine;
  }

  #start(): void {
    const record = parseSchool(this.cache.get('school'));
    if (!record) return;
    const book = new GrantBook(record.school, record.headKeys, Date.now);
    book.learnAll(this.cache.all('g!').map((held) => held['grant']));
    this.#consolidations.push(...book.consolidations());
    const keepGrant = (grant: unknown): Promise<void> =>
      // Never changed: a second one under the same id is the same, or nothing.
      this.cache.update(`g!${(grant as { _id: string })._id}`, (held) => (held ? undefined : { grant }));
    const replica = new Replica({
      book,
      shelf: communeShelf(this.cache),
      documents: communeDocumentSide({
        uai: this.uai,
        documents: this.documents,
        book: () => book,
        keepGrant,
        retention: this.#retention,
      }),
      refusals: communeRefusals(this.cache),
      grants: { keep: keepGrant },
      secretsOf: (audience, keyId) =>
        keyId !== undefined && this.documents.isReady(audience) ? this.keys.of(audience, keyId) : undefined,
    });
    const answers = createAnswers({
      replica,
      nonces: this.nonces,
      channel: gatewayChannel(this.uai),
      holds: () => this.#holds(book),
      onTaken: (count) => (this.taken += count),
    });
    this.#engine = { record, replica, answers };
  }

  #onChange(id: string, document: ShelfDocument | undefined): void {
    // Another head's key was given by hand: whom to believe is worked out anew.
    if (id === 'school') this.#engine = undefined;
    if (!id.startsWith('g!') || !document) return;
    const grant = this.#engine?.replica.book.learn(document['grant']);
    if (grant?.kind === 'consolidation') this.#consolidations.push(grant);
  }
}

/** Schools remembered at once, the one asked for longest ago forgotten first. */
const REMEMBERED = 500;

/** Finds schools by their UAI, as they stand in the store at this moment. */
export function communeSchools(store: GatewayStore, nonces: Nonces) {
  const known = new Map<string, CommuneSchool>();
  return {
    get remembered(): number {
      return known.size;
    },
    /** @returns undefined for a school that nobody made known */
    async find(uai: string): Promise<CommuneSchool | undefined> {
      let school = known.get(uai);
      if (!school) {
        const shelf = await store.school(uai);
        if (!shelf) return undefined;
        school = known.get(uai) ?? new CommuneSchool(store, uai, nonces, shelf);
      }
      known.delete(uai);
      known.set(uai, school);
      const [oldest] = known.keys();
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
      return (await school.refresh()) ? school : undefined;
    },
  };
}
export type CommuneSchools = ReturnType<typeof communeSchools>;
