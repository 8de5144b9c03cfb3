import {
  createAnswers,
  GrantBook,
  Replica,
  type Answers,
  type DocumentSide,
  type Nonces,
} from '../src/exchange';
import { generationOf } from '../src/store/revision';
import { communeGrants, communeKeys, communeRefusals, communeShelf } from './commune-shelf';
import { documentsDatabase, parcelsDatabase, readSchool } from './school-record';
import type { GatewayStore, RevisionRow } from './store/shelf';

/** A school as the commune answers for it during one request. */
export interface CommuneSchool {
  readonly replica: Replica;
  readonly answers: Answers;
  keepKey(audience: string, keyId: string, revisionKey: Buffer): Promise<void>;
}

/** Who is spoken to at the commune, as posters sign it: a school's place, whichever gateway answers. */
export const gatewayChannel = (uai: string): string => `gateway ${uai.toLowerCase()}`;

/**
 * Reads what the store knows of a school. Nothing is remembered between requests: any gateway can answer the next
 * one. @returns undefined for a school that nobody made known
 */
export async function openSchool(
  store: GatewayStore,
  uai: string,
  nonces: Nonces,
): Promise<CommuneSchool | undefined> {
  if (!(await store.has(parcelsDatabase(uai)))) return undefined;
  const shelf = await store.open(parcelsDatabase(uai));
  const record = await readSchool(shelf);
  if (!record) return undefined;
  const book = new GrantBook(record.school, record.headKeys);
  const grants = communeGrants(shelf);
  for (const grant of await grants.all()) book.learn(grant);
  const keys = communeKeys(shelf);
  const replica = new Replica({
    book,
    shelf: communeShelf(shelf),
    documents: openDocuments(store, uai, grants.keep),
    refusals: communeRefusals(shelf),
    secretsOf: await keys.secrets(),
  });
  const answers = createAnswers({
    replica,
    nonces,
    channel: gatewayChannel(uai),
    holds: () => 'all',
    keepGrant: (grant) => grants.keep(grant),
  });
  return { replica, answers, keepKey: (audience, keyId, key) => keys.keep(audience, keyId, key) };
}

/** Open audiences become documents of a database each, under the revisions the school gave them. */
function openDocuments(
  store: GatewayStore,
  uai: string,
  keepGrant: (grant: unknown) => Promise<void>,
): DocumentSide {
  return {
    async apply(audience, records) {
      if (records.length === 0) return [];
      const shelf = await store.open(documentsDatabase(uai, audience));
      const rows = records.map((record): RevisionRow => {
        const ids = [record.rev, ...record.ancestors].map((rev) => rev.slice(rev.indexOf('-') + 1));
        return {
          ...record.body,
          _id: record.id,
          _rev: record.rev,
          _revisions: { start: generationOf(record.rev), ids },
          ...(record.deleted ? { _deleted: true } : {}),
        };
      });
      const refused = await shelf.writeRevisions(rows);
      // Judged genuine already. The next request, perhaps at another gateway, must know them.
      for (const { id, body } of records) if (id.startsWith('grant_')) await keepGrant(body);
      return refused.map((id) => ({ id, reason: 'RULE' as const }));
    },
    // The commune writes nothing in a school's name.
    ownChanges: () => Promise.resolve([]),
  };
}
