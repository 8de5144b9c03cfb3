import { ECDH } from 'node:crypto';
import * as v from 'valibot';
import { idFrom, type Id } from '../../domain/id';
import { canonicalBytes, idSchema, sha256, toText, utf8 } from '../../exchange';
import type { DocumentBody } from '../../store/port';
import { openFromBox, sealToBox } from './box';

/**
 * How a person's way in reaches another computer of theirs: what opens to their password, sealed to that poste's box, a
 * document of `parc` like `keyWrap`. Nobody who carries it reads it, the commune included; the poste itself still needs
 * the password (docs/postes.md).
 */
const raw = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`)));
const editionSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const wrapSchema = v.object({
  _id: idSchema('event'),
  type: v.literal('personWrap'),
  poste: idSchema('poste'),
  person: idSchema('staff'),
  edition: editionSchema,
  /** Names the content to whoever holds it, and to nobody else: 16 bytes of its SHA-256. */
  state: raw(22),
  ephemeral: raw(43),
  /** AES-256-GCM of the content, with its tag. */
  sealed: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.maxLength(4000)),
});
export type PersonWrap = v.InferOutput<typeof wrapSchema>;

const base64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/=]+$/), v.maxLength(400));
const contentSchema = v.strictObject({
  v: v.literal(0),
  recipient: v.strictObject({
    publicKey: base64,
    /** Bounds what a sign-in may cost: twice what this version asks for. */
    stretch: v.strictObject({
      algorithm: v.literal('argon2id'),
      memory: v.pipe(v.number(), v.integer(), v.minValue(8), v.maxValue(131_072)),
      passes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(6)),
      lanes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4)),
    }),
    salt: base64,
    secret: base64,
    edition: v.optional(editionSchema),
    proof: v.optional(base64),
    vouched: v.optional(v.strictObject({ poste: idSchema('poste'), signature: raw(86) })),
  }),
  login: v.optional(v.pipe(v.string(), v.maxLength(120))),
});
export type WayIn = Omit<v.InferOutput<typeof contentSchema>, 'v'>;

/** One document a person and poste: the later state is written over the former. */
export const personWrapId = (poste: Id<'poste'>, person: Id<'staff'>): Id<'event'> =>
  idFrom('event', sha256(utf8(`person wrap ${poste} ${person}`)));

interface Target {
  readonly school: Id<'school'>;
  readonly poste: Id<'poste'>;
  readonly person: Id<'staff'>;
}
const placeOf = ({ school, poste, person }: Target): Buffer => canonicalBytes([school, poste, person]);
const contentOf = ({ recipient, login }: WayIn): Buffer =>
  canonicalBytes({ v: 0, recipient, ...(login === undefined ? {} : { login }) });

/** How late a way in is: the number of times it was changed, then a name of its bytes, so that all postes keep one. */
export interface Lateness {
  readonly edition: number;
  readonly state: string;
}
export function latenessOf({ recipient, login }: WayIn): Lateness {
  // Who stands for it changes nothing about what it is.
  const { publicKey, stretch, salt, secret, edition } = recipient;
  const chosen = { publicKey, stretch, salt, secret, ...(edition === undefined ? {} : { edition }) };
  const content = contentOf({ recipient: chosen, ...(login === undefined ? {} : { login }) });
  return { edition: edition ?? 0, state: toText(sha256(content).subarray(0, 16)) };
}

/**
 * How far one may be behind the next: nobody changes a password so often between two exchanges, and a number that nothing
 * follows would keep every later one away.
 */
export const EDITIONS_AHEAD = 1000;

export const isLater = (one: Lateness, other: Lateness): boolean =>
  one.edition === other.edition ? one.state > other.state : one.edition > other.edition;

/** @throws Error for a box that is no key */
export function sealWayIn(target: Target & { readonly box: string }, way: WayIn): PersonWrap & DocumentBody {
  const { poste, person, box } = target;
  const content = contentOf(way);
  // The sealed private key in it makes it a secret.
  const to = { box, place: placeOf(target), secret: sha256(content) };
  return {
    _id: personWrapId(poste, person),
    type: 'personWrap',
    v: 1,
    poste,
    person,
    ...latenessOf(way),
    ...sealToBox('person wrap', to, content),
  };
}

export function readPersonWrap(value: unknown): PersonWrap | undefined {
  const parsed = v.safeParse(wrapSchema, value);
  if (!parsed.success) return undefined;
  const { _id, poste, person } = parsed.output;
  // Under its own id: somebody may speak for themselves, and not over a colleague's.
  return _id === personWrapId(poste, person) ? parsed.output : undefined;
}

/** The way in that is sealed to this poste; undefined for what does not open or is none. */
export function openWayIn(wrap: PersonWrap, school: Id<'school'>, seed: Uint8Array): WayIn | undefined {
  const content = openFromBox('person wrap', seed, placeOf({ ...wrap, school }), wrap);
  if (!content) return undefined;
  try {
    const parsed = v.safeParse(contentSchema, JSON.parse(content.toString('utf8')));
    if (!parsed.success) return undefined;
    const { recipient, login } = parsed.output;
    // A point of the curve, or whatever wraps a key for it would stop there. Throws where it is none.
    ECDH.convertKey(recipient.publicKey, 'prime256v1', 'base64', 'base64', 'uncompressed');
    return { recipient, ...(login === undefined ? {} : { login }) };
  } catch {
    return undefined;
  }
}
