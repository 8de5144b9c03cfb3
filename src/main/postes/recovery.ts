import { createSecretKey } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { audienceSchema } from '../../domain/exchange/words';
import { idFrom, type Id } from '../../domain/id';
import { fromText, sha256, signerFrom, utf8, type Signer } from '../../exchange';
import { PreauError } from '../../domain/errors';
import type { Audience } from '../../domain/audience';
import { SCHOOL, sheetName, sheetOpens } from '../../store/entitlement';
import { keyName } from '../../store/key-tag';
import { readKeyring, writeKeyring } from '../../store/keyring-file';
import type { AudienceDatabase } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import { subjectOf, wrapFor, type Recipient } from '../../store/recipient';
import { deriveKey, seal, SealBroken, unseal } from '../../store/seal';

/**
 * What the printed sheet opens must outlive the laptop it was printed from. So the sheet's half of `keys.json` and the
 * head's signing key, sealed under `direction`, stand in `parc`, which every poste of the school holds: without the
 * sheet it is noise, and the sheet's code is too long to be tried (docs/store.md).
 */
const recipientSchema = v.strictObject({
  publicKey: v.string(),
  stretch: v.strictObject({
    algorithm: v.literal('argon2id'),
    memory: v.number(),
    passes: v.number(),
    lanes: v.number(),
  }),
  salt: v.string(),
  secret: v.string(),
});
/** One key of an audience, sealed to the sheet. The first form of this document knew one key and no name. */
const wrapSchema = v.strictObject({
  generation: v.number(),
  name: v.optional(v.string(), ''),
  wrap: v.string(),
});
const wrapsSchema = v.union([
  v.array(wrapSchema),
  v.pipe(
    wrapSchema,
    // Generations were counted from 1 then.
    v.transform((one) => [{ ...one, generation: 0 }]),
  ),
]);
export const recoverySchema = v.strictObject({
  recipient: recipientSchema,
  wraps: v.record(audienceSchema, wrapsSchema),
  /** Public keys of sheets that were printed before: their owners' postes do not bring them back. */
  former: v.optional(v.array(v.string()), []),
  /** The head's seed, sealed under the key of `direction`. */
  headKey: v.string(),
});
export type Recovery = v.InferOutput<typeof recoverySchema>;
type Wraps = Recovery['wraps'][string];

const PLACE = Buffer.from('preau/head key/1');
const headSealKey = (directionKey: Buffer) => createSecretKey(deriveKey(directionKey, 'preau/head key/1'));
/** A head's document by its prefix: nobody else may change it (src/exchange/author-rules.ts). */
const recoveryId = (school: Id<'school'>): string => idFrom('school', sha256(utf8(`recovery ${school}`)));
const keysFile = (folder: string): string => join(folder, 'keys.json');

export function readRecovery(parc: AudienceDatabase, school: Id<'school'>): Recovery | undefined {
  const held = parc.get(recoveryId(school));
  if (!held) return undefined;
  const { recipient, former = [], wraps, headKey } = held.body;
  const parsed = v.safeParse(recoverySchema, { recipient, former, wraps, headKey });
  return parsed.success ? parsed.output : undefined;
}

/**
 * On a head's poste: puts the sheet's half where it survives, again whenever a sheet, an audience or a key is new. Sealing
 * takes the sheet's public half only, so a second head's poste keeps a sheet complete that was printed at the first one's.
 */
export async function publishRecovery(deps: {
  readonly folder: string;
  readonly keyring: Pick<Keyring, 'audiences' | 'has' | 'dataKeys' | 'generations'>;
  readonly parc: AudienceDatabase;
  readonly school: Id<'school'>;
  readonly headSeed: Buffer;
}): Promise<void> {
  const { keyring, parc, school } = deps;
  const held = parc.get(recoveryId(school));
  const known = readRecovery(parc, school);
  const recipient = await sheetInUse(deps.folder, known);
  const [directionKey] = keyring.has('direction') ? keyring.dataKeys('direction') : [];
  if (!recipient || !directionKey) return;
  const same = known?.recipient.publicKey === recipient.publicKey ? known : undefined;
  const wraps = new Map<Audience, Wraps>(Object.entries(same?.wraps ?? {}));
  let fresh = false;
  for (const audience of keyring.audiences()) {
    if (!sheetOpens(SCHOOL, audience) || !keyring.has(audience)) continue;
    const generations = keyring.generations(audience);
    for (const [at, dataKey] of keyring.dataKeys(audience).entries()) {
      const generation = generations[at] ?? 0;
      const name = keyName(dataKey, audience);
      const before = wraps.get(audience) ?? [];
      if (before.some((one) => one.name === name && one.generation === generation)) continue;
      const wrap = wrapFor(sheetName(SCHOOL), recipient, subjectOf(audience, generation), dataKey);
      // The first form of this document did not name its key: this is that one.
      const others = before.filter((one) => one.name !== '' || one.generation !== generation);
      wraps.set(audience, [...others, { generation, name, wrap }]);
      fresh = true;
    }
  }
  if (same && !fresh && unsealedUnder(same, directionKey)?.equals(deps.headSeed)) return;
  const former = new Set([...(known?.former ?? []), ...(known && !same ? [known.recipient.publicKey] : [])]);
  await parc.put(
    {
      _id: recoveryId(school),
      type: 'recovery',
      v: 1,
      recipient: { ...recipient, stretch: { ...recipient.stretch } },
      former: [...former],
      wraps: Object.fromEntries(
        [...wraps].map(([audience, keys]) => [audience, keys.map((key) => ({ ...key }))]),
      ),
      headKey: seal(headSealKey(directionKey), deps.headSeed, PLACE).toString('base64url'),
    },
    held?.rev,
  );
}

/** The sheet printed last: this poste's own, unless another poste has printed one since. */
async function sheetInUse(folder: string, known: Recovery | undefined): Promise<Recipient | undefined> {
  const own = (await readKeyring(keysFile(folder)))?.sheets[SCHOOL];
  return own && !known?.former.includes(own.publicKey) ? own : known?.recipient;
}

/**
 * Makes a keyring that the sheet opens, in a folder that has none. The caller opens it and unlocks it with the code.
 * @throws PreauError `SCHOOL_EXISTS` where there are keys already: they are never overwritten
 */
export async function writeKeyringFromRecovery(
  folder: string,
  recovery: Recovery,
  salt: Buffer,
): Promise<void> {
  const known = await readKeyring(keysFile(folder));
  // The same sheet again: a code was mistyped the first time.
  const again = known?.sheets['school']?.secret === recovery.recipient.secret && isEmpty(known.people);
  if (known && !again && !isEmpty(known.keys)) throw new PreauError('SCHOOL_EXISTS');
  const keys = Object.fromEntries(
    Object.entries(recovery.wraps).map(([audience, wraps]) => [
      audience,
      wraps.map(({ generation, name, wrap }) => ({ generation, name, people: {}, sheets: { school: wrap } })),
    ]),
  );
  await writeKeyring(keysFile(folder), {
    version: 2,
    machineSalt: known?.machineSalt ?? salt.toString('base64'),
    people: {},
    sheets: { school: recovery.recipient },
    keys,
  });
}

const isEmpty = (record: object): boolean => Object.keys(record).length === 0;

/** The head's signer, once `direction` is open. @throws PreauError `RECOVERY_WRONG` */
export function headFromRecovery(recovery: Recovery, directionKeys: readonly Buffer[]): Signer {
  const seed = headSeedFrom(recovery, directionKeys);
  if (!seed) throw new PreauError('RECOVERY_WRONG');
  return signerFrom(seed);
}

/**
 * @param directionKeys every generation that is open: the sheet may be older than the last exchange of keys
 * @returns undefined where it was sealed under a later one, which has not come here
 */
export function headSeedFrom(recovery: Recovery, directionKeys: readonly Buffer[]): Buffer | undefined {
  for (const key of directionKeys) {
    const seed = unsealedUnder(recovery, key);
    if (seed) return seed;
  }
  return undefined;
}

function unsealedUnder(recovery: Recovery, directionKey: Buffer): Buffer | undefined {
  try {
    return unseal(headSealKey(directionKey), fromText(recovery.headKey), PLACE);
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}
