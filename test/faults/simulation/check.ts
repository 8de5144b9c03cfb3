import { brotliDecompressSync } from 'node:zlib';
import { isSealed, type Audience } from '../../../src/domain/audience';
import { isExpired } from '../../../src/domain/retention';
import { readParcel } from '../../../src/exchange';
import type { DocumentBody } from '../../../src/store/port';
import type { Documents } from './documents';
import { openBase } from './gateway';
import type { Written } from './ledger';
import { AUDIENCES, ENDING, ENTITLED, GENERATIONS, markerOf, OPEN, SEALED } from './school';
import type { World } from './world';

/** What was found at the end of a run, by kind; empty lists are what an engine without a fault leaves. */
export interface Findings {
  /** An acknowledged write that somebody entitled to it does not hold. */
  readonly lost: string[];
  /** Two replicas that should be equal and are not. */
  readonly unequal: string[];
  /** Plain words of an audience where nobody may read it. */
  readonly leaked: string[];
  /** A document that is missing somewhere and stands in no list of refusals. */
  readonly silent: string[];
  /** A revision that nobody wrote. */
  readonly forged: string[];
  /** A document that is kept no longer, and lives. */
  readonly returned: string[];
}

interface Holder {
  readonly name: string;
  readonly database: (audience: Audience) => Documents | undefined;
}

export function check(world: World): Findings {
  const findings: Findings = { lost: [], unequal: [], leaked: [], silent: [], forged: [], returned: [] };
  const staying = world.postes.filter((poste) => poste.name !== world.removed?.name);
  const commune: Holder = {
    name: 'commune',
    database: (audience) => (isSealed(audience) ? undefined : openBase(world.commune, audience)),
  };
  const isEnded = (audience: Audience): boolean => world.ended !== undefined && ENDING.includes(audience);
  const holders = (audience: Audience): Holder[] => [
    ...staying
      .filter((poste) => ENTITLED[poste.name].includes(audience))
      .map((poste) => ({ name: poste.name, database: (name: Audience) => poste.disk.databases.get(name) })),
    ...(OPEN.includes(audience) ? [commune] : []),
  ];

  /** True for what a revocation cut off. */
  const isCutOff = (one: Written): boolean =>
    one.by === world.removed?.name && one.seq > (world.removed.accepted[one.audience] ?? 0);
  const isRefused = (one: Written): boolean => one.forbidden && one.by !== world.promoted;

  const isOver = (body: DocumentBody): boolean => world.day !== '' && isExpired(body, world.day);
  const over = new Set(world.ledger.all().flatMap(({ id, body }) => (isOver(body) ? [id] : [])));

  for (const one of world.ledger.all()) {
    if (!one.acknowledged || isCutOff(one) || over.has(one.id) || isEnded(one.audience)) continue;
    for (const { name, database } of holders(one.audience)) {
      if (database(one.audience)?.has(one.id, one.rev)) continue;
      const what = `${one.audience} ${one.id} ${one.rev} of ${one.by} at ${name}`;
      if (!isRefused(one)) findings.lost.push(what);
      else if (!isListed(world, name, one)) findings.silent.push(what);
    }
    const author = staying.find((poste) => poste.name === one.by);
    const told =
      author && [...author.theirs.values()].some((list) => list.some(({ document }) => document === one.id));
    if (isRefused(one) && author && !told) findings.silent.push(`${one.id}: ${one.by} was not told`);
  }

  const apart = new Set(
    world.ledger
      .all()
      .flatMap((one) => (isRefused(one) || isCutOff(one) || over.has(one.id) ? [one.id] : [])),
  );
  for (const audience of AUDIENCES.filter((name) => !isEnded(name))) {
    const [first, ...others] = holders(audience).map(({ name, database }) => ({
      name,
      documents: new Map([...(database(audience)?.snapshot() ?? [])].filter(([id]) => !apart.has(id))),
    }));
    for (const other of others) {
      for (const id of new Set([...(first?.documents.keys() ?? []), ...other.documents.keys()])) {
        const [one, two] = [first?.documents.get(id), other.documents.get(id)];
        if (one === two) continue;
        findings.unequal.push(
          `${audience} ${id}: ${first?.name} ${one ?? '-'} / ${other.name} ${two ?? '-'}`,
        );
      }
    }
    for (const { name, database } of holders(audience)) {
      const documents = database(audience);
      for (const id of documents?.ids() ?? []) {
        for (const { record } of documents?.leaves(id) ?? []) {
          const where = `${audience} ${id} ${record.rev} at ${name}`;
          if (!over.has(id) && !world.ledger.wrote(audience, id, record.rev)) findings.forged.push(where);
          if (!record.deleted && isOver(record.body)) findings.returned.push(where);
        }
      }
    }
  }
  leaks(world, findings.leaked);
  if (world.ended) checkEnded(world, world.ended, findings);
  return findings;
}

function isListed(world: World, holder: string, one: Written): boolean {
  if (holder === 'commune')
    return world.commune.rows().some(({ _id }) => _id.startsWith('r!') && _id.includes(one.id));
  const poste = world.postes.find(({ name }) => name === holder);
  return [...(poste?.disk.refusals.values() ?? [])].some(({ document }) => document === one.id);
}

/**
 * What is left of a year that ended: nothing anywhere, but what somebody wrote too late, kept apart where it was written.
 * What counted as handed over stood at the head's poste when it said so.
 */
function checkEnded(
  world: World,
  { held, reported, missing, here }: NonNullable<World['ended']>,
  findings: Findings,
): void {
  findings.lost.push(...missing.map(({ audience, id, rev, by }) => `${audience} ${id} ${rev} of ${by}`));
  for (const { name, disk } of world.postes) {
    if (name === world.removed?.name) continue;
    for (const audience of ENDING) {
      if (disk.chains.has(audience)) findings.returned.push(`parcels of ${audience} at ${name}`);
      if (disk.late.has(audience)) continue;
      if (disk.keyring.has(audience)) findings.returned.push(`a key of ${audience} at ${name}`);
      if ((disk.databases.get(audience)?.ids() ?? []).length > 0)
        findings.returned.push(`documents of ${audience} at ${name}`);
    }
  }
  const rows = world.commune.rows();
  for (const audience of ENDING) {
    const left = rows.filter(({ _id }) => /^[hpkurx]!/.test(_id) && _id.slice(2).startsWith(audience));
    findings.returned.push(...left.map(({ _id }) => `${_id} at the commune`));
    if (openBase(world.commune, audience)) findings.returned.push(`the base of ${audience} at the commune`);
  }
  for (const one of world.ledger.all()) {
    if (!one.acknowledged || !ENDING.includes(one.audience) || one.by === world.removed?.name) continue;
    const author = world.postes.find(({ name }) => name === one.by);
    if (!author || one.seq <= (held[one.audience]?.[author.poste] ?? 0)) continue;
    const what = `${one.audience} ${one.id} ${one.rev} of ${one.by}`;
    // Kept apart at its author's, or where somebody wrote on from it.
    const isApart = world.postes.some(
      ({ disk }) => disk.late.has(one.audience) && disk.databases.get(one.audience)?.has(one.id, one.rev),
    );
    if (!isApart && !here.has(one)) findings.lost.push(`${what}, which came too late and is not kept apart`);
    if (reported) findings.lost.push(`${what} is late, and its poste had said that all was handed over`);
  }
}

/** Every byte that each of them holds, searched for the words of what it may not read. */
function leaks(world: World, leaked: string[]): void {
  for (const poste of world.postes) {
    const { disk, name } = poste;
    const documents = [...disk.databases.values()].flatMap((database) =>
      database.ids().flatMap((id) => database.leaves(id).map((leaf) => JSON.stringify(leaf.record))),
    );
    const bytes = Buffer.concat([
      ...disk.parcels().flatMap(readable),
      Buffer.from(JSON.stringify([documents, [...disk.refusals], [...disk.nonces]])),
    ]);
    // The relay carries open audiences as they are, as the commune will read them.
    const foreign =
      name === 'r' ? SEALED : AUDIENCES.filter((audience) => !ENTITLED[name].includes(audience));
    const gone = world.ended ? ENDING.filter((audience) => !disk.late.has(audience)) : [];
    if (name !== world.removed?.name)
      for (const audience of gone)
        if (words(audience).some((word) => bytes.includes(word)))
          leaked.push(`${audience} at ${name}, whose year has ended`);
    for (const audience of foreign)
      if (words(audience).some((word) => bytes.includes(word))) leaked.push(`${audience} at ${name}`);
    // What was written under a key that came after somebody was put out.
    if (name !== world.removed?.name) continue;
    for (const audience of ENTITLED[name])
      if (words(audience).some((word, at) => at > 0 && bytes.includes(word)))
        leaked.push(`${audience} at ${name}, who was put out`);
  }
  const rows = world.commune.rows();
  const parcels = rows.flatMap((row) =>
    typeof row['bytes'] === 'string' ? readable(Buffer.from(row['bytes'], 'base64')) : [],
  );
  const databases = [...world.commune.bases.values()].flatMap((database) =>
    database.ids().flatMap((id) => database.leaves(id).map((leaf) => leaf.record)),
  );
  const bytes = Buffer.concat([...parcels, Buffer.from(JSON.stringify([rows, databases]))]);
  for (const audience of [...SEALED, ...(world.ended ? ENDING : [])])
    if (words(audience).some((word) => bytes.includes(word))) leaked.push(`${audience} at the commune`);
}

const words = (audience: Audience): readonly string[] =>
  Array.from({ length: GENERATIONS }, (_, generation) => markerOf(audience, generation));

/** A parcel as it lies there, and its body as anybody may decompress it. */
function readable(bytes: Buffer): Buffer[] {
  const parcel = readParcel(bytes);
  if (typeof parcel === 'string') return [bytes];
  try {
    return [bytes, brotliDecompressSync(parcel.body)];
  } catch {
    return [bytes];
  }
}
