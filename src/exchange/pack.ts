import type { Audience } from '../domain/audience';
import { isSealed } from '../domain/audience';
import type { Id } from '../domain/id';
import type { Instant } from '../domain/time';
import type { RevisionRecord } from '../store/port';
import type { Codec } from './codec';
import { encodeHeader, type ParcelHeader } from './header';
import type { Head } from './judge';
import { LINES_TARGET_BYTES, PARCEL_MAX_BYTES, PARCEL_TARGET_BYTES, PARCEL_VERSION } from './limits';
import { compressLines, lineOf } from './lines';
import { writeParcel, type Parcel } from './parcel';
import { seal } from './seal';
import type { AudienceSecrets } from './secrets';
import type { Signer } from './signature';

/** A change made on this poste, in the order of its database. */
export interface OwnChange {
  readonly seq: number;
  readonly record: RevisionRecord;
}

/** Who packs, and for whom. */
export interface Packing {
  readonly school: Id<'school'>;
  readonly origin: Id<'poste'>;
  readonly grant: Id<'grant'>;
  readonly signer: Signer;
  readonly audience: Audience;
  readonly secrets: AudienceSecrets;
  readonly created: Instant;
  readonly codec: Codec;
  /** The consolidation these parcels are the snapshot of. */
  readonly snapshot?: Id<'grant'>;
}

interface Line {
  readonly seq: number;
  readonly type: string;
  readonly text: string;
}

/**
 * Changes as signed parcels, the first following `head`. Each holds as much as fits in about 64 kB once compressed; a
 * document too large for any receiver is handed back in `tooLarge` and left out, so that it stops nobody else.
 *
 * Everything is sealed under the newest key, also what was written before it was exchanged: whoever left holds the old one.
 * Lines say where their revision is of a former key.
 */
export async function pack(
  packing: Packing,
  head: Head | undefined,
  changes: readonly OwnChange[],
): Promise<{ readonly parcels: readonly Parcel[]; readonly tooLarge: readonly string[] }> {
  const lines = changes.map(({ seq, record }) => ({
    seq,
    type: record.body.type,
    text: lineOf(record, packing.secrets),
  }));
  const parcels: Parcel[] = [];
  const tooLarge: string[] = [];
  for (const group of grouped(lines)) {
    for (const piece of await pieces(group, packing.codec)) {
      const parcel = wrap(packing, parcels.at(-1) ?? head, piece.lines, piece.compressed);
      if (parcel.bytes.length <= PARCEL_MAX_BYTES) parcels.push(parcel);
      else for (const line of piece.lines) tooLarge.push(idIn(changes, line.seq));
    }
  }
  return { parcels, tooLarge };
}

function* grouped(lines: readonly Line[]): Generator<readonly Line[]> {
  let group: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    if (bytes > 0 && bytes + line.text.length > LINES_TARGET_BYTES) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(line);
    bytes += line.text.length;
  }
  if (group.length > 0) yield group;
}

/** Halves what is too large once compressed, until it fits or is one document. */
async function pieces(
  lines: readonly Line[],
  codec: Codec,
): Promise<readonly { readonly lines: readonly Line[]; readonly compressed: Buffer }[]> {
  const byType = [...lines].sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : a.seq - b.seq));
  const compressed = await compressLines(
    byType.map((line) => line.text),
    codec,
  );
  if (compressed.length <= PARCEL_TARGET_BYTES || lines.length === 1) return [{ lines, compressed }];
  const half = Math.ceil(lines.length / 2);
  return [...(await pieces(lines.slice(0, half), codec)), ...(await pieces(lines.slice(half), codec))];
}

/** What a parcel stands behind: the origin's previous one, here just written or kept on the shelf. */
type Previous = Parcel | Head | undefined;
const endOf = (previous: Previous): number =>
  previous === undefined ? 0 : 'header' in previous ? previous.header.to : previous.to;

function wrap(packing: Packing, previous: Previous, lines: readonly Line[], compressed: Buffer): Parcel {
  const header: ParcelHeader = {
    v: PARCEL_VERSION,
    school: packing.school,
    origin: packing.origin,
    audience: packing.audience,
    from: endOf(previous) + 1,
    to: Math.max(...lines.map((line) => line.seq)),
    previous: previous?.hash ?? null,
    grant: packing.grant,
    ...(packing.snapshot ? { snapshot: packing.snapshot } : {}),
    key: packing.secrets.keyId,
    codec: 'br',
    sealed: isSealed(packing.audience),
    count: lines.length,
    created: packing.created,
  };
  if (!header.sealed) return writeParcel(header, compressed, packing.signer);
  if (!packing.secrets.sealKey) throw new TypeError('pack: a sealed audience needs its key');
  return writeParcel(header, seal(packing.secrets.sealKey, encodeHeader(header), compressed), packing.signer);
}

const idIn = (changes: readonly OwnChange[], seq: number): string =>
  changes.find((change) => change.seq === seq)?.record.id ?? '';
