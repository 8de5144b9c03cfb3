import { databaseName, isSealed, type Audience } from '../src/domain/audience';
import type { Author, DocumentSide, GrantBook } from '../src/exchange';
import type { RevisionRecord } from '../src/store/port';
import type { CommuneRetention } from './commune-retention';
import { byGrant, serviceWriter, writerOf } from './rules/author-roles';
import type { UserContext } from './rules/rule';
import { rowOf } from './store/revisions';
import type { Documents, GatewayStore } from './store/shelf';

/** Open audiences of a school: a base each, under the revisions that the school gave them. */
export class CommuneDocuments {
  readonly #bases = new Map<Audience, Documents>();

  constructor(
    private readonly store: GatewayStore,
    private readonly uai: string,
  ) {}

  /** @returns true when the base is there; what comes for one that is not waits, as a parcel, until it is made */
  async ready(audience: Audience): Promise<boolean> {
    if (this.#bases.has(audience)) return true;
    if (isSealed(audience)) return false;
    const base = await this.store.documents(databaseName(this.uai, audience));
    if (base) this.#bases.set(audience, base);
    return base !== undefined;
  }

  isReady(audience: Audience): boolean {
    return this.#bases.has(audience);
  }

  base(audience: Audience): Documents {
    const base = this.#bases.get(audience);
    if (!base) throw new Error('documents: not there');
    return base;
  }

  /** Every living version of a document, for whoever asks what it names; undefined where there is none. */
  async document(audience: Audience, id: string): Promise<unknown> {
    const found = (await this.ready(audience)) ? await this.base(audience).versions(id) : [];
    return found.length > 0 ? found : undefined;
  }

  forget(audience: Audience): void {
    this.#bases.delete(audience);
  }
}

/** The engine's documents, each written in the name and under the rights of its author. */
export function communeDocumentSide(parts: {
  readonly uai: string;
  readonly documents: CommuneDocuments;
  readonly book: () => GrantBook;
  readonly keepGrant: (grant: unknown) => Promise<void>;
  readonly retention: CommuneRetention;
}): DocumentSide {
  const { uai, documents, book } = parts;

  function writers(
    audience: Audience,
    records: readonly RevisionRecord[],
    author: Author,
  ): readonly (readonly [UserContext, readonly RevisionRecord[]])[] {
    if (author.vouched) return [[serviceWriter(uai, audience, 'consolidation', author.poste), records]];
    return [...byGrant(records, audience, author, book())].map(([grant, some]) => [
      writerOf(uai, audience, author.poste, grant),
      some,
    ]);
  }

  return {
    async apply(audience, records, author) {
      const { living, ended } = parts.retention.split(audience, records);
      const refused = new Set<string>();
      if (ended.length > 0)
        await documents
          .base(audience)
          .writeRevisions(ended.map(rowOf), serviceWriter(uai, audience, 'retention', author.poste));
      for (const [writer, some] of writers(audience, living, author))
        for (const id of await documents.base(audience).writeRevisions(some.map(rowOf), writer))
          refused.add(id);
      const taken = living.filter(({ id }) => !refused.has(id));
      // Judged genuine already. The next request, perhaps at another gateway, must know them.
      for (const { id, body } of taken) if (id.startsWith('grant_')) await parts.keepGrant(body);
      await parts.retention.note(audience, taken);
      return [...refused].map((id) => ({ id, reason: 'RULE' as const }));
    },
    // The commune writes nothing in a school's name.
    ownChanges: () => Promise.resolve([]),
  };
}
