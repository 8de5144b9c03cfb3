import { createCipheriv, createDecipheriv, diffieHellman, hkdfSync, type KeyObject } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as v from 'valibot';
import { idFrom, type Id } from '../../domain/id';
import type { TraceEntry } from '../../domain/privacy/trace';
import {
  agreementKey,
  agreementPublic,
  agreementText,
  canonicalBytes,
  fromText,
  idSchema,
  isSignedBy,
  sha256,
  toText,
  utf8,
  type Signer,
} from '../../exchange';
import type { DocumentBody } from '../../store/port';
import { entrySchema, type ChainPlace } from './journal';

/**
 * A page of a computer's journal as it travels: sealed to the school's trace box, signed by the computer, its place in the chain
 * readable, so that a gap shows to whoever cannot open it.
 */
const raw = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`)));
const position = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const sheetSchema = v.object({
  _id: v.string(),
  type: v.literal('traceSheet'),
  v: v.literal(1),
  poste: idSchema('poste'),
  from: position,
  to: position,
  at: v.pipe(v.string(), v.isoTimestamp()),
  previous: raw(43),
  previousAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  head: raw(43),
  /** X25519 key of the box it is sealed to, and the one made for this sheet. */
  box: raw(43),
  ephemeral: raw(43),
  sealed: v.pipe(v.string(), v.maxLength(2_000_000), v.regex(/^[A-Za-z0-9_-]*$/)),
  signature: raw(86),
});
export type TraceSheet = v.InferOutput<typeof sheetSchema>;

const TAG_BYTES = 16;
/** Each sheet has a key of its own, used once. */
const NONCE = Buffer.alloc(12);
/** Most bytes of an opened sheet: what is packed may not swell without end. */
const OPENED_MAX_BYTES = 4 * 1024 * 1024;

/**
 * The box of a key of the base `traces`: whoever holds that key opens what was sealed to it, and when the key is exchanged
 * because an administrator leaves, the box changes with it.
 */
export interface TraceBox {
  readonly publicKey: string;
  readonly secret: KeyObject;
}
export function boxOf(tracesKey: Buffer): TraceBox {
  const secret = agreementKey(Buffer.from(hkdfSync('sha256', tracesKey, '', 'preau trace box v0', 32)));
  return { publicKey: agreementText(secret), secret };
}

/** Where a chain begins. */
export const FIRST_PLACE: ChainPlace = { n: 0, head: toText(sha256(utf8('preau trace chain v0'))) };

/** The chain behind one more entry. */
export const linked = (head: string, entry: TraceEntry): string =>
  toText(sha256(fromText(head), canonicalBytes(entry)));

const boundBytes = (sheet: Omit<TraceSheet, 'sealed' | 'signature'>): Buffer => {
  const { poste, from, to, at, previous, previousAt, head, box, ephemeral } = sheet;
  return canonicalBytes({
    poste,
    from,
    to,
    at,
    previous,
    previousAt: previousAt ?? null,
    head,
    box,
    ephemeral,
  });
};
const signedBytes = (sheet: Omit<TraceSheet, 'signature'>): Buffer =>
  sha256(boundBytes(sheet), utf8(`\n${sheet.sealed}`));

function sheetKey(mine: KeyObject, theirs: KeyObject, ephemeral: string, box: string): Buffer {
  const shared = diffieHellman({ privateKey: mine, publicKey: theirs });
  const salt = Buffer.concat([fromText(ephemeral), fromText(box)]);
  return Buffer.from(hkdfSync('sha256', shared, salt, 'preau trace sheet v0', 32));
}

/** @param entries at least one, numbered behind `place` without a gap */
export function makeSheet(input: {
  readonly poste: Id<'poste'>;
  readonly signer: Signer;
  readonly box: string;
  readonly place: ChainPlace;
  readonly entries: readonly TraceEntry[];
  /** 32 random bytes. */
  readonly seed: Buffer;
}): { sheet: TraceSheet & DocumentBody; place: ChainPlace } {
  const { poste, box, place, entries } = input;
  const last = entries.at(-1);
  if (!last) throw new RangeError('a sheet has entries');
  const head = entries.reduce(linked, place.head);
  const mine = agreementKey(input.seed);
  const ephemeral = agreementText(mine);
  const open = {
    // One a place: what a crash made us write twice is one document.
    _id: idFrom('event', sha256(utf8(`trace sheet ${poste} ${place.n + 1} ${last.n} ${head}`))),
    type: 'traceSheet' as const,
    v: 1 as const,
    poste,
    from: place.n + 1,
    to: last.n,
    at: last.at,
    previous: place.head,
    ...(place.at === undefined ? {} : { previousAt: place.at }),
    head,
    box,
    ephemeral,
  };
  const cipher = createCipheriv('aes-256-gcm', sheetKey(mine, agreementPublic(box), ephemeral, box), NONCE);
  cipher.setAAD(boundBytes(open));
  const packed = deflateRawSync(Buffer.from(JSON.stringify(entries)));
  const sealed = toText(Buffer.concat([cipher.update(packed), cipher.final(), cipher.getAuthTag()]));
  const signature = toText(input.signer.sign('trace', signedBytes({ ...open, sealed })));
  return { sheet: { ...open, sealed, signature }, place: { n: last.n, head, at: last.at } };
}

/** A sheet in a document, whoever wrote it; its signature is another question. */
export function readSheet(value: unknown): TraceSheet | undefined {
  const parsed = v.safeParse(sheetSchema, value);
  return parsed.success && parsed.output.to >= parsed.output.from ? parsed.output : undefined;
}

/** @param keys Ed25519 keys that were ever granted to that computer */
export function isSigned(sheet: TraceSheet, keys: readonly string[]): boolean {
  const message = signedBytes(sheet);
  return keys.some((key) => isSignedBy(key, 'trace', message, fromText(sheet.signature)));
}

/** The entries of a sheet; undefined where it does not open, or where they do not give the chain it names. */
export function openSheet(sheet: TraceSheet, { secret, publicKey }: TraceBox): TraceEntry[] | undefined {
  try {
    const bytes = fromText(sheet.sealed);
    const key = sheetKey(secret, agreementPublic(sheet.ephemeral), sheet.ephemeral, publicKey);
    const decipher = createDecipheriv('aes-256-gcm', key, NONCE);
    decipher.setAAD(boundBytes(sheet));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const packed = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    const text = inflateRawSync(packed, { maxOutputLength: OPENED_MAX_BYTES }).toString('utf8');
    const entries = v.parse(v.array(entrySchema), JSON.parse(text));
    const numbered =
      entries.every(({ n }, at) => n === sheet.from + at) && sheet.from + entries.length - 1 === sheet.to;
    return numbered && entries.reduce(linked, sheet.previous) === sheet.head ? entries : undefined;
  } catch {
    return undefined;
  }
}
