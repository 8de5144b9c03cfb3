import { createHash } from 'node:crypto';
import { audience as audienceName, type Audience } from '../../domain/audience';
import { idFrom, type Id, type IdPrefix } from '../../domain/id';
import type { RoleGrant } from '../../domain/rights/actor';
import { createAnswers, type Answers } from '../answer';
import { immediateCodec, type Codec } from '../codec';
import { readFrames } from '../frames';
import { signGrant, type Consolidation, type Grant } from '../grant';
import { GrantBook } from '../grant-book';
import { createNonces } from '../nonce';
import { Replica } from '../replica';
import { exchange } from '../run';
import { noCounters, type Remote, type Run, type RunCounters, type RunEnd } from '../run-parts';
import { secretsFrom, secretsOfKeys } from '../secrets';
import { signerFrom, type Signer } from '../signature';
import { MemoryDocuments, MemoryGrants, MemoryRefusals, MemoryShelf } from './memory';

/** Bytes that depend on a name only: tests of the engine are reproducible to the last signature. */
export const bytesFor = (name: string): Buffer => createHash('sha256').update(name).digest();
export const idFor = <P extends IdPrefix>(prefix: P, name: string): Id<P> =>
  idFrom(prefix, bytesFor(`${prefix} ${name}`));

export const SCHOOL = idFor('school', 'test');
export const HEAD: Signer = signerFrom(bytesFor('head key'));
export const CLASS = idFor('class', 'CE1');
export const ECOLE = audienceName('ecole', { year: 2026 });
export const CLASSE = audienceName('classe', { of: CLASS, year: 2026 });
export const SUIVI = audienceName('suivi', { of: CLASS, year: 2026 });
export const PARC = audienceName('parc');
export const DIRECTION = audienceName('direction');
export const AUDIENCES: readonly Audience[] = [ECOLE, CLASSE, SUIVI, PARC];

const INSTANT = '2026-11-22T08:00:00.000Z';
export const dataKeyOf = (audience: Audience): Buffer => bytesFor(`key ${audience}`);
/** Brotli at its best is slow, and tests that cut one exchange at every byte compress the same lines each time. */
const compressed = new Map<string, Buffer>();
const codec: Codec = {
  async compress(text) {
    const name = createHash('sha256').update(text).digest('hex');
    const known = compressed.get(name) ?? (await immediateCodec.compress(text));
    if (compressed.size < 10_000) compressed.set(name, known);
    return known;
  },
  expand: (bytes, limit) => immediateCodec.expand(bytes, limit),
};

/** What a member holds of an audience: its keys, newest first. */
export type KeysOf = (audience: Audience) => readonly Buffer[];

export function grantFor(
  name: string,
  options: {
    audiences?: readonly Audience[];
    roles?: RoleGrant[];
    carries?: boolean;
    until?: string;
    id?: string;
    person?: Id<'staff'>;
    signer?: Signer;
  } = {},
) {
  return signGrant(
    {
      _id: idFor('grant', options.id ?? name),
      type: 'grant' as const,
      v: 1 as const,
      kind: 'poste' as const,
      school: SCHOOL,
      issued: INSTANT,
      poste: idFor('poste', name),
      key: signerFrom(bytesFor(`poste ${name}`)).publicKey,
      person: options.person ?? idFor('staff', name),
      roles: (options.roles ?? [{ role: 'teacher', classIds: [CLASS] }]).map((role) => ({
        ...role,
        classIds: [...role.classIds],
      })),
      audiences: [...(options.audiences ?? AUDIENCES)],
      carries: options.carries ?? false,
      ...(options.until === undefined ? {} : { until: options.until }),
    },
    options.signer ?? HEAD,
  );
}

export interface Member {
  readonly name: string;
  readonly poste: Id<'poste'>;
  readonly signer: Signer;
  readonly replica: Replica;
  readonly documents: MemoryDocuments;
  readonly shelf: MemoryShelf;
  readonly grants: MemoryGrants;
  readonly answers: Answers;
  readonly audiences: ReadonlySet<Audience>;
}

/** A poste of the test school, or with `opens: 'nothing'` a gateway or relay that carries without any key. */
export function member(
  name: string,
  options: {
    audiences?: readonly Audience[];
    opens?: 'granted' | 'nothing';
    grants?: readonly unknown[];
    /** Kept from frames before a restart. */
    kept?: readonly Grant[];
    /** One key an audience where nothing is said. */
    keys?: KeysOf;
    /** In milliseconds; the answering side's nonces, and what it serves to grants with an end, end by it. */
    clock?: () => number;
  } = {},
): Member {
  const audiences = new Set(options.audiences ?? AUDIENCES);
  const signer = signerFrom(bytesFor(`poste ${name}`));
  const poste = idFor('poste', name);
  const book = new GrantBook(SCHOOL, [HEAD.publicKey], options.clock);
  for (const grant of options.grants ?? []) book.learn(grant);
  const keys: KeysOf = (audience) =>
    options.opens === 'nothing' || !audiences.has(audience)
      ? []
      : (options.keys?.(audience) ?? [dataKeyOf(audience)]);
  const newest = (audience: Audience): Buffer => keys(audience)[0] ?? bytesFor('no key');
  const documents = new MemoryDocuments((audience) => secretsFrom(newest(audience), audience).revisionKey);
  const shelf = new MemoryShelf();
  for (const grant of options.kept ?? []) book.learn(grant);
  const grants = new MemoryGrants();
  grants.kept.push(...(options.kept ?? []));
  const replica = new Replica({
    book,
    shelf,
    documents,
    refusals: new MemoryRefusals(),
    grants,
    secretsOf: (audience, keyId) =>
      secretsOfKeys(keys(audience), audience).find((one) => keyId === undefined || one.keyId === keyId),
    codec,
    ...(options.opens === 'nothing' ? {} : { author: { poste, signer, now: () => INSTANT } }),
  });
  const answers = createAnswers({
    replica,
    nonces: createNonces(bytesFor(`nonces ${name}`), options.clock ?? (() => 0)),
    channel: name,
    holds: () => (options.opens === 'nothing' ? 'all' : audiences),
  });
  return { name, poste, signer, replica, documents, shelf, grants, answers, audiences };
}

/** What a test does to the bytes of a link: may cut (throw), drop, or double a request. */
export interface Weather {
  /** Bytes that still pass, both ways together; Infinity for fair weather. */
  left: number;
  /** The same body is delivered twice, as a proxy that retries does. */
  doubles?: () => boolean;
}
export class LineCut extends Error {}

/** One side's way to another through `weather`, byte by byte. */
export function remoteTo(to: Member, weather: Weather = { left: Infinity }): Remote {
  const pass = (bytes: Buffer): Buffer => {
    const passed = bytes.subarray(0, Math.max(0, Math.min(bytes.length, weather.left)));
    weather.left -= bytes.length;
    return passed;
  };
  const whole = (bytes: Buffer): Buffer => {
    if (pass(bytes).length < bytes.length) throw new LineCut();
    return bytes;
  };
  const json = <T>(value: T): T => JSON.parse(whole(Buffer.from(JSON.stringify(value))).toString()) as T;
  async function* wire(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      const passed = pass(chunk);
      if (passed.length > 0) yield passed;
      if (passed.length < chunk.length) throw new LineCut();
    }
  }
  return {
    channel: to.name,
    moved: async (body, credential) => json(await to.answers.moved(whole(body), credential)),
    push: async (frames) => {
      const kept: Buffer[] = [];
      const tee = async function* () {
        for await (const chunk of wire(frames)) {
          kept.push(chunk);
          yield chunk;
        }
      };
      const reply = await to.answers.push(tee());
      if (weather.doubles?.()) await to.answers.push(from(kept));
      return json(reply);
    },
    pull: (body, credential) => readFrames(wire(to.answers.pull(whole(body), credential))),
    retry: async (body, credential) => json(await to.answers.retry(whole(body), credential)),
  };
}

async function* from(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

/** One run of `from` with `to`. Both hold what `from` and (where it is a poste) `to` were granted. */
export async function run(
  from: Member,
  to: Member,
  weather?: Weather,
  limits: Partial<Pick<Run, 'priorities' | 'budget' | 'nonce'>> = {},
): Promise<RunEnd & { counters: RunCounters }> {
  const counters = noCounters();
  const end = await exchange({
    replica: from.replica,
    remote: remoteTo(to, weather),
    poste: from.poste,
    signer: from.signer,
    audiences: new Set([...from.audiences].filter((name) => to.audiences.has(name))),
    counters,
    ...limits,
  });
  return { ...end, counters };
}

/** A head's poste makes a snapshot; the statement stands in its `parc` before anything is let go. */
export function consolidate(
  by: Member,
  audience: Audience,
  name: string,
  publish: (statement: Consolidation) => Promise<void> = (statement) => {
    by.documents.write(PARC, { ...statement });
    return Promise.resolve();
  },
): Promise<Consolidation | undefined> {
  return by.replica.consolidate(audience, { id: idFor('grant', name), issued: INSTANT, head: HEAD, publish });
}
