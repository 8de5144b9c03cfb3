import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import * as v from 'valibot';
import type { Audience } from '../../domain/audience';
import { audienceSchema } from '../../domain/exchange/words';
import { idFrom, type Id } from '../../domain/id';
import {
  agreementKey,
  agreementPublic,
  agreementText,
  canonicalBytes,
  fromText,
  idSchema,
  isSignedBy,
  keyIdOf,
  sha256,
  toText,
  utf8,
  type GrantBook,
  type Signer,
} from '../../exchange';
import type { AudienceDatabase, DocumentBody, Held } from '../../store/port';

/**
 * How a key reaches a poste through hands that may not read it: the poste publishes an X25519 key in `parc`, a head's
 * poste seals data keys to it and puts them beside. Both are documents like others, so that a class made in November
 * arrives by whatever exchange comes first (docs/sync-decisions.md 1).
 */
const raw = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`)));

const boxSchema = v.object({
  _id: v.string(),
  type: v.literal('posteBox'),
  poste: idSchema('poste'),
  /** X25519, 32 bytes. */
  box: raw(43),
  /** By the poste's Ed25519 key, over `poste\nbox`. */
  signature: raw(86),
});
export type PosteBox = v.InferOutput<typeof boxSchema>;

const wrapSchema = v.object({
  _id: v.string(),
  type: v.literal('keyWrap'),
  poste: idSchema('poste'),
  audience: audienceSchema,
  generation: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** Key id, as parcels name it. */
  key: raw(11),
  /** X25519 public key made for this wrap. */
  ephemeral: raw(43),
  /** AES-256-GCM of the 32 bytes, with its tag. */
  sealed: raw(64),
});
export type KeyWrap = v.InferOutput<typeof wrapSchema>;

const TAG_BYTES = 16;
/** Each wrap has a key of its own, used once: the nonce has nothing to tell apart. */
const NONCE = Buffer.alloc(12);

/** The private half, from the poste's own seed: nothing more to keep, and gone with it. */
const boxKey = (seed: Uint8Array): KeyObject =>
  agreementKey(Buffer.from(hkdfSync('sha256', seed, '', 'preau poste box v0', 32)));

/** One document a poste, the same bytes whenever it is made. */
export function makeBox(poste: Id<'poste'>, seed: Uint8Array, signer: Signer): PosteBox & DocumentBody {
  const box = agreementText(boxKey(seed));
  const signature = toText(signer.sign('box', utf8(`${poste}\n${box}`)));
  return {
    // Under the poste's own id, which nobody else may write (src/exchange/author-rules.ts).
    _id: poste,
    type: 'posteBox',
    v: 1,
    poste,
    box,
    signature,
  };
}

/** The box in a document, when the poste itself signed it. @param keys Ed25519 keys granted to that poste */
export function readBox(
  value: unknown,
  keysOf: (poste: Id<'poste'>) => readonly string[],
): PosteBox | undefined {
  const parsed = v.safeParse(boxSchema, value);
  if (!parsed.success) return undefined;
  const { poste, box, signature } = parsed.output;
  const message = utf8(`${poste}\n${box}`);
  const own = keysOf(poste).some((key) => isSignedBy(key, 'box', message, fromText(signature)));
  return own ? parsed.output : undefined;
}

/** Every leaf: a poste that writes over another's document hides nothing. */
export const leaves = (held: Held): DocumentBody[] => [held.body, ...held.conflicts.map(({ body }) => body)];

/** Boxes of postes that are of the school today. */
export function boxesOf(parc: AudienceDatabase, book: GrantBook): PosteBox[] {
  const keysOf = (poste: Id<'poste'>): string[] => book.grantsOf(poste).map(({ key }) => key);
  const found = parc.all('posteBox').flatMap(leaves);
  // One a poste: a second one that it signed itself is the same key.
  return [
    ...new Map(found.flatMap((body) => readBox(body, keysOf) ?? []).map((box) => [box.poste, box])).values(),
  ];
}

/** What a wrap is for; all of it is bound to the sealed key. */
interface Place {
  readonly school: Id<'school'>;
  readonly poste: Id<'poste'>;
  readonly audience: Audience;
  readonly generation: number;
  readonly key: string;
}
const placeBytes = ({ school, audience, generation, key, poste }: Place): Buffer =>
  canonicalBytes([school, audience, generation, key, poste]);

/** What is sealed to a box: data keys, a person's way in. One kind never opens as another. */
export type Sealing = 'key wrap' | 'person wrap';

function wrappingKey(
  sealing: Sealing,
  mine: KeyObject,
  theirs: KeyObject,
  { ephemeral, box }: { readonly ephemeral: string; readonly box: string },
): Buffer {
  const shared = diffieHellman({ privateKey: mine, publicKey: theirs });
  const salt = Buffer.concat([fromText(ephemeral), fromText(box)]);
  return Buffer.from(hkdfSync('sha256', shared, salt, `preau ${sealing} v0`, 32));
}

/**
 * Seals to a poste. The ephemeral key comes from `secret`, which whoever seals holds and nobody guesses: two postes that seal
 * one thing write the same bytes. @throws Error for a box that is no key
 */
export function sealToBox(
  sealing: Sealing,
  to: { readonly box: string; readonly place: Buffer; readonly secret: Buffer },
  content: Buffer,
): { readonly ephemeral: string; readonly sealed: string } {
  const { box, place } = to;
  const seed = createHmac('sha256', to.secret)
    .update(utf8(`preau ${sealing} ephemeral v0\n`))
    .update(fromText(box))
    .update(place);
  const mine = agreementKey(seed.digest());
  const ephemeral = agreementText(mine);
  const key = wrappingKey(sealing, mine, agreementPublic(box), { ephemeral, box });
  const cipher = createCipheriv('aes-256-gcm', key, NONCE);
  cipher.setAAD(place);
  const sealed = toText(Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]));
  return { ephemeral, sealed };
}

/** What was sealed to this poste for that place; undefined for anything else. */
export function openFromBox(
  sealing: Sealing,
  seed: Uint8Array,
  place: Buffer,
  { ephemeral, sealed }: { readonly ephemeral: string; readonly sealed: string },
): Buffer | undefined {
  try {
    const mine = boxKey(seed);
    const bytes = fromText(sealed);
    const key = wrappingKey(sealing, mine, agreementPublic(ephemeral), {
      ephemeral,
      box: agreementText(mine),
    });
    const decipher = createDecipheriv('aes-256-gcm', key, NONCE);
    decipher.setAAD(place);
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** One document a poste, audience and key; a head's by its prefix. */
export const wrapId = (poste: Id<'poste'>, audience: Audience, key: string): string =>
  idFrom('school', sha256(utf8(`wrap ${poste} ${audience} ${key}`)));

/** Seals a data key to a poste: the same document whoever wraps it. @throws Error for a box that is no key */
export function wrapKey(
  input: Omit<Place, 'key'> & { readonly box: string; readonly dataKey: Buffer },
): KeyWrap & DocumentBody {
  const { school, poste, audience, generation, box, dataKey } = input;
  const key = keyIdOf(dataKey, audience);
  const place = placeBytes({ school, poste, audience, generation, key });
  return {
    _id: wrapId(poste, audience, key),
    type: 'keyWrap',
    v: 1,
    poste,
    audience,
    generation,
    key,
    ...sealToBox('key wrap', { box, place, secret: dataKey }, dataKey),
  };
}

/** A wrap in a document, whoever it is for. */
export function readWrap(value: unknown): KeyWrap | undefined {
  const parsed = v.safeParse(wrapSchema, value);
  return parsed.success ? parsed.output : undefined;
}

/** The data key in a wrap for this poste; undefined for what does not open, or opens to another key than it names. */
export function openWrap(wrap: KeyWrap, school: Id<'school'>, seed: Uint8Array): Buffer | undefined {
  const dataKey = openFromBox('key wrap', seed, placeBytes({ ...wrap, school }), wrap);
  return dataKey && keyIdOf(dataKey, wrap.audience) === wrap.key ? dataKey : undefined;
}
