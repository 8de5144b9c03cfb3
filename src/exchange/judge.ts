import type { Audience } from '../domain/audience';
import type { RevisionRecord } from '../store/port';
import { isGenuine } from '../store/revision';
import { refusalOf, type DocumentRefusal } from './author-rules';
import type { Codec } from './codec';
import { encodeHeader, type ParcelHeader } from './header';
import type { GrantBook } from './grant-book';
import { readLines } from './lines';
import { isParcelSignedBy, type Parcel } from './parcel';
import type { Author } from './ports';
import type { RefusalReason } from './refusal';
import { unseal } from './seal';
import type { SecretsOf } from './secrets';

/** Where an origin's chain stands here. */
export interface Head {
  readonly to: number;
  readonly hash: string;
}

export type Verdict =
  | { readonly kind: 'take' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refuse'; readonly reason: RefusalReason };

const refuse = (reason: RefusalReason): Verdict => ({ kind: 'refuse', reason });

/**
 * Whether a parcel may be kept: who signed it, under which grant, and whether it is the next of its chain. Needs no
 * key: a relay and the commune judge sealed parcels just so.
 */
export function judge(parcel: Parcel, head: Head | undefined, book: GrantBook): Verdict {
  const { header } = parcel;
  if (header.school !== book.school) return refuse('OTHER_SCHOOL');
  const wrong = header.snapshot === undefined ? wrongAuthor(parcel, book) : wrongSnapshot(parcel, book);
  if (wrong) return refuse(wrong);
  if (head && header.to <= head.to) {
    // A replay, or an old parcel that comes round again: nothing to do. The same end with another text is a fork.
    return header.to === head.to && parcel.hash !== head.hash ? refuse('FORKED') : { kind: 'duplicate' };
  }
  if (header.to > acceptedUpTo(parcel, book)) return refuse('REVOKED');
  if (header.from > (head?.to ?? 0) + 1) return refuse('GAP');
  if (header.from !== (head?.to ?? 0) + 1 || header.previous !== (head?.hash ?? null))
    return refuse('FORKED');
  return { kind: 'take' };
}

function wrongAuthor(parcel: Parcel, book: GrantBook): RefusalReason | undefined {
  const { header } = parcel;
  const grant = book.posteGrant(header.grant);
  if (!grant) return 'GRANT_UNKNOWN';
  if (grant.poste !== header.origin || !isParcelSignedBy(parcel, grant.key)) return 'SIGNATURE_WRONG';
  return grant.audiences.includes(header.audience) ? undefined : 'AUDIENCE_FORBIDDEN';
}

/** A head's key vouches for exactly these bytes: who carried, made or signed them adds nothing, and takes nothing away. */
function wrongSnapshot({ header, hash }: Parcel, book: GrantBook): RefusalReason | undefined {
  const statement = book.consolidation(header.snapshot);
  if (!statement) return 'GRANT_UNKNOWN';
  if (statement.audience !== header.audience) return 'AUDIENCE_FORBIDDEN';
  return statement.by === header.origin && statement.parcels.includes(hash) ? undefined : 'SIGNATURE_WRONG';
}

function acceptedUpTo({ header }: Parcel, book: GrantBook): number {
  const grant = header.snapshot === undefined ? book.posteGrant(header.grant) : undefined;
  return grant ? book.acceptedUpTo(grant, header.audience) : Infinity;
}

export interface Opened {
  readonly records: readonly RevisionRecord[];
  readonly refused: readonly { readonly id: string; readonly reason: DocumentRefusal }[];
}

/** Who wrote a parcel that was judged fit, with every right that may count for it. */
export function authorOf({ header }: Parcel, book: GrantBook): Author {
  const cited = book.posteGrant(header.grant);
  // A right that was given since counts as well: what was refused is offered again. Given to this key: a poste is
  // its key, and whoever was granted another one under the same name borrows nothing from it. One that was ended counts for
  // what was written before, or replicas would differ by whether they looked while it lasted.
  const since = cited
    ? book
        .everGrantedTo(cited.poste)
        .filter((grant) => grant.key === cited.key && header.to <= book.acceptedUpTo(grant, header.audience))
    : [];
  return {
    poste: header.origin,
    grants: cited ? [cited, ...since] : [],
    ...(header.snapshot === undefined ? {} : { vouched: true }),
  };
}

/**
 * The records of a parcel that was judged fit, each judged on its author.
 * @returns 'closed' where this replica lacks a key for it (it carries the parcel), or the reason it cannot be one
 */
export async function open(
  parcel: Parcel,
  secretsOf: SecretsOf,
  book: GrantBook,
  codec: Codec,
): Promise<Opened | 'closed' | 'SEAL_WRONG' | 'MALFORMED'> {
  const { header } = parcel;
  const secrets = secretsOf(header.audience, header.key);
  if (!secrets || (header.sealed && !secrets.sealKey)) return 'closed';
  const compressed = header.sealed ? unsealed(header, parcel.body, secrets.sealKey) : parcel.body;
  if (!compressed) return 'SEAL_WRONG';
  const keyOf = (keyId = header.key): Buffer | undefined => secretsOf(header.audience, keyId)?.revisionKey;
  const lines = await readLines(compressed, keyOf, codec);
  if (lines === 'closed') return lines;
  if (lines?.length !== header.count) return 'MALFORMED';
  const author = authorOf(parcel, book);
  const taken: RevisionRecord[] = [];
  const refused: { id: string; reason: DocumentRefusal }[] = [];
  for (const { record, revisionKey } of lines) {
    const reason = isGenuine(revisionKey, record)
      ? refusalUnder(record, header.audience, author, book)
      : 'REVISION_WRONG';
    if (reason) refused.push({ id: record.id, reason });
    else taken.push(record);
  }
  return { records: taken, refused };
}

/** What a head vouches for needs no right of its carrier; a grant proves itself all the same. */
function refusalUnder(
  record: RevisionRecord,
  audience: Audience,
  author: Author,
  book: GrantBook,
): DocumentRefusal | undefined {
  if (author.vouched && !record.id.startsWith('grant_')) return undefined;
  return refusalOf(record, audience, author.grants, book);
}

function unsealed(header: ParcelHeader, body: Buffer, sealKey: Buffer | undefined): Buffer | undefined {
  return sealKey && unseal(sealKey, encodeHeader(header), body);
}
