import { createHash } from 'node:crypto';
import { isSealed, parseAudience, type Audience } from '../../../src/domain/audience';
import { idFrom, type Id, type IdPrefix } from '../../../src/domain/id';
import {
  immediateCodec,
  pack,
  secretsFrom,
  signerFrom,
  signGrant,
  writeFrame,
  type Codec,
  type Grant,
  type Signer,
} from '../../../src/exchange';
import { canonicalBytes } from '../../../src/exchange';
import type { DocumentBody } from '../../../src/store/port';
import { revisionOf } from '../../../src/store/revision';
import { schoolCorpus } from '../corpus';

/** People and devices of the corpus come first; behind them stand the documents of ordinary days, over 27 databases. */
const BEFORE_ORDINARY_DAYS = 372;
const INSTANT = '2026-11-22T08:00:00.000Z';

export interface BenchPoste {
  readonly id: Id<'poste'>;
  readonly signer: Signer;
  readonly grant: Grant;
  /** Its night's frames, grants in front; made before anything is measured. */
  readonly frames: Buffer;
  /** Hashes of its parcels. */
  readonly parcels: readonly string[];
  readonly bytes: number;
}
export interface BenchSchool {
  readonly uai: string;
  readonly id: Id<'school'>;
  readonly head: Signer;
  /** Has exchanged before. */
  readonly first: BenchPoste;
  readonly second: BenchPoste;
  readonly keys: readonly { audience: Audience; key: string; revisionKey: string }[];
  /** Leaves that the commune's open bases must hold at the end. */
  readonly leaves: ReadonlyMap<Audience, ReadonlySet<string>>;
  readonly documents: number;
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
const idOf = <P extends IdPrefix>(prefix: P, name: string): Id<P> =>
  idFrom(prefix, hash(`${prefix} ${name}`));

/** The same text is compressed once: schools of one seed write the same sentences under their own keys. */
function rememberingCodec(): Codec {
  const known = new Map<string, Promise<Buffer>>();
  return {
    compress(text) {
      const key = createHash('sha256').update(text).digest('base64');
      const made = known.get(key) ?? immediateCodec.compress(text);
      known.set(key, made);
      return made;
    },
    expand: (bytes, limit) => immediateCodec.expand(bytes, limit),
  };
}
const codec = rememberingCodec();

/** A UAI that no school has: a department, a number, and the letter that goes with them is not asked for here. */
export const uaiOf = (index: number): string => `097${String(index).padStart(4, '0')}a`;

export async function benchSchool(index: number, documents: number): Promise<BenchSchool> {
  const uai = uaiOf(index);
  const school = idOf('school', uai);
  const head = signerFrom(hash(`head ${uai}`));
  const corpus = [...schoolCorpus(BEFORE_ORDINARY_DAYS + 2 * documents, 1 + (index % 8))].slice(
    BEFORE_ORDINARY_DAYS,
  );
  const audiences = [...new Set(corpus.map((one) => one.audience))].sort();
  const secrets = new Map(audiences.map((name) => [name, secretsFrom(hash(`${uai} ${name}`), name)]));
  const classIds = audiences.flatMap((name) => {
    const parts = parseAudience(name);
    return parts?.kind === 'classe' ? [`class_${parts.opaque ?? ''}` as const] : [];
  });
  const leaves = new Map<Audience, Set<string>>();

  async function poste(name: string, bodies: readonly { audience: Audience; body: DocumentBody }[]) {
    const id = idOf('poste', `${uai} ${name}`);
    const signer = signerFrom(hash(`poste ${uai} ${name}`));
    const grant = signGrant(
      {
        _id: idOf('grant', `${uai} ${name}`),
        type: 'grant' as const,
        v: 1 as const,
        kind: 'poste' as const,
        school,
        issued: INSTANT,
        poste: id,
        key: signer.publicKey,
        person: idOf('staff', `${uai} ${name}`),
        roles: [
          { role: 'head' as const, classIds: [] },
          { role: 'teacher' as const, classIds },
        ],
        audiences,
        carries: false,
      },
      head,
    );
    const frames = [writeFrame('G', canonicalBytes(grant))];
    const parcels: string[] = [];
    for (const audience of audiences) {
      const held = secrets.get(audience);
      if (!held) continue;
      const changes = bodies
        .filter((one) => one.audience === audience)
        .map(({ body }, at) => {
          const rev = revisionOf(held.revisionKey, { deleted: false, body });
          if (!isSealed(audience)) {
            const known = leaves.get(audience) ?? new Set();
            leaves.set(audience, known.add(`${body._id} ${rev}`));
          }
          return { seq: at + 1, record: { id: body._id, rev, ancestors: [], deleted: false, body } };
        });
      if (changes.length === 0) continue;
      const packing = {
        school,
        origin: id,
        grant: grant._id,
        signer,
        audience,
        secrets: held,
        created: INSTANT,
        codec,
      };
      for (const parcel of (await pack(packing, undefined, changes)).parcels) {
        frames.push(writeFrame('P', parcel.bytes));
        parcels.push(parcel.hash);
      }
    }
    const all = Buffer.concat(frames);
    return { id, signer, grant, frames: all, parcels, bytes: all.length };
  }

  const first = await poste('first', corpus.slice(0, documents));
  const second = await poste('second', corpus.slice(documents));
  const keys = audiences
    .filter((name) => !isSealed(name))
    .flatMap((audience) => {
      const held = secrets.get(audience);
      return held ? [{ audience, key: held.keyId, revisionKey: held.revisionKey.toString('base64url') }] : [];
    });
  return { uai, id: school, head, first, second, keys, leaves, documents: corpus.length };
}
