import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { AUDIENCE_KINDS, parseAudience, type AudienceKind } from '../domain/audience';
import type { PosteReplica } from '../main/sync/poste-replica';
import type { StateFile } from '../main/sync/state-file';
import { writeAtomically } from '../store/atomic-file';

const KINDS = Object.keys(AUDIENCE_KINDS) as AudienceKind[];

/** What a relay carries, for who looks after it: numbers, kinds, instants. No name of anybody is in it. */
const statusSchema = v.object({
  at: v.string(),
  /** The sealed part of what it carries, and the rest: databases of each kind, origins, parcels. */
  carries: v.array(
    v.object({
      kind: v.picklist(KINDS),
      sealed: v.boolean(),
      databases: v.number(),
      chains: v.number(),
    }),
  ),
  parcels: v.number(),
  bytes: v.number(),
  refused: v.number(),
  postes: v.object({ known: v.number(), exchanged: v.number(), last: v.optional(v.string()) }),
  commune: v.object({ set: v.boolean(), last: v.optional(v.string()), outcome: v.optional(v.string()) }),
  address: v.string(),
});
export type RelayStatus = v.InferOutput<typeof statusSchema>;

const fileIn = (folder: string): string => join(folder, 'relay-status.json');

export async function writeStatus(
  folder: string,
  now: string,
  address: string,
  mine: PosteReplica,
  state: StateFile,
): Promise<void> {
  const vectors = await mine.replica.vectors('all');
  const held = Object.entries(vectors).flatMap(([name, vector]) => {
    const kind = parseAudience(name)?.kind;
    return kind ? [{ kind, chains: Object.keys(vector).length }] : [];
  });
  const { book } = mine.replica;
  const known = new Set(book.all().flatMap((grant) => (grant.kind === 'poste' ? [grant.poste] : [])));
  const { commune, last, postes } = state.get();
  const done = Object.values(postes).flatMap((run) => (run.outcome === 'done' ? [run.at] : []));
  const latest = done.sort().at(-1);
  const { parcels, bytes } = await mine.log.size();
  const status: RelayStatus = {
    at: now,
    carries: KINDS.flatMap((kind) => {
      const of = held.filter((one) => one.kind === kind);
      const chains = of.reduce((sum, one) => sum + one.chains, 0);
      return of.length > 0
        ? [{ kind, sealed: AUDIENCE_KINDS[kind].sealed, databases: of.length, chains }]
        : [];
    }),
    parcels,
    bytes,
    refused: (await mine.replica.parts.refusals.all()).length,
    postes: {
      known: [...known].filter((poste) => book.grantsOf(poste).length > 0).length,
      exchanged: done.length,
      ...(latest ? { last: latest } : {}),
    },
    commune: { set: commune !== undefined, ...(last ? { last: last.at, outcome: last.outcome } : {}) },
    address,
  };
  await writeAtomically(fileIn(folder), `${JSON.stringify(status)}\n`);
}

/** Undefined for a folder in which no relay has run. */
export async function readStatus(folder: string): Promise<RelayStatus | undefined> {
  const text = await readFile(fileIn(folder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = v.safeParse(statusSchema, parse(text));
  return parsed.success ? parsed.output : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const OUTCOMES: Readonly<Record<string, string>> = {
  done: 'tout est passé',
  'no-line': 'pas de ligne',
  refused: 'refusé',
  stalled: 'la ligne s’est arrêtée',
  failed: 'n’a pas abouti',
};

/** In French, as who looks after the computer reads it. */
export function statusLines(status: RelayStatus): string[] {
  const { carries, postes, commune } = status;
  const sealed = carries.filter((one) => one.sealed).reduce((sum, one) => sum + one.databases, 0);
  const open = carries.reduce((sum, one) => sum + one.databases, 0) - sealed;
  return [
    `État du ${status.at}`,
    `Adresse : ${status.address}`,
    `Colis gardés : ${status.parcels} (${(status.bytes / 1_000_000).toFixed(1).replace('.', ',')} Mo)`,
    `Bases portées sans pouvoir les ouvrir : ${sealed} ; bases que la mairie peut lire aussi : ${open}`,
    ...carries.map(
      ({ kind, databases, chains }) => `  ${kind} : ${databases} (${chains} ordinateurs y écrivent)`,
    ),
    `Ordinateurs de l’école : ${postes.known} ; rencontrés d’ici : ${postes.exchanged}${postes.last ? `, dernier le ${postes.last}` : ''}`,
    commune.set
      ? `Mairie : ${commune.last ? `${OUTCOMES[commune.outcome ?? ''] ?? ''}, le ${commune.last}` : 'pas encore de synchronisation'}`
      : 'Mairie : pas reliée',
    `Refusés : ${status.refused}`,
  ];
}
