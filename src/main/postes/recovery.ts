import { createSecretKey } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { audienceSchema } from '../../domain/exchange/words';
import { idFrom, type Id } from '../../domain/id';
import { fromText, sha256, signerFrom, utf8, type Signer } from '../../exchange';
import { PreauError } from '../../domain/errors';
import { readKeyring, writeKeyring } from '../../store/keyring-file';
import type { AudienceDatabase } from '../../store/port';
import { deriveKey, seal, unseal } from '../../store/seal';

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
export const recoverySchema = v.strictObject({
  recipient: recipientSchema,
  wraps: v.record(audienceSchema, v.strictObject({ generation: v.number(), wrap: v.string() })),
  /** The head's seed, sealed under the key of `direction`. */
  headKey: v.string(),
});
export type Recovery = v.InferOutput<typeof recoverySchema>;

const PLACE = Buffer.from('preau/head key/1');
const headSealKey = (directionKey: Buffer) => createSecretKey(deriveKey(directionKey, 'preau/head key/1'));
/** A head's document by its prefix: nobody else may change it (src/exchange/author-rules.ts). */
const recoveryId = (school: Id<'school'>): string => idFrom('school', sha256(utf8(`recovery ${school}`)));
const keysFile = (folder: string): string => join(folder, 'keys.json');

export function readRecovery(parc: AudienceDatabase, school: Id<'school'>): Recovery | undefined {
  const held = parc.get(recoveryId(school));
  if (!held) return undefined;
  const { recipient, wraps, headKey } = held.body;
  const parsed = v.safeParse(recoverySchema, { recipient, wraps, headKey });
  return parsed.success ? parsed.output : undefined;
}

/** On a head's poste: puts the sheet's half where it survives, again whenever a sheet or an audience is new. */
export async function publishRecovery(deps: {
  readonly folder: string;
  readonly parc: AudienceDatabase;
  readonly school: Id<'school'>;
  readonly directionKey: Buffer;
  readonly headSeed: Buffer;
}): Promise<void> {
  const file = await readKeyring(keysFile(deps.folder));
  const recipient = file?.sheets['school'];
  if (!file || !recipient) return;
  const wraps = Object.fromEntries(
    Object.entries(file.keys).flatMap(([audience, { generation, sheets }]) =>
      sheets['school'] === undefined ? [] : [[audience, { generation, wrap: sheets['school'] }] as const],
    ),
  );
  const held = deps.parc.get(recoveryId(deps.school));
  const known = readRecovery(deps.parc, deps.school);
  const same =
    known?.recipient.publicKey === recipient.publicKey &&
    known.recipient.secret === recipient.secret &&
    Object.keys(wraps).every((audience) => audience in known.wraps);
  if (same) return;
  // A second head's poste may lack an audience that the first one's sheet opens: what was there stays.
  const before = known?.recipient.publicKey === recipient.publicKey ? known.wraps : {};
  const headKey = seal(headSealKey(deps.directionKey), deps.headSeed, PLACE).toString('base64url');
  const body = {
    _id: recoveryId(deps.school),
    type: 'recovery',
    v: 1,
    recipient: { ...recipient, stretch: { ...recipient.stretch } },
    wraps: { ...before, ...wraps },
    headKey,
  };
  await deps.parc.put(body, held?.rev);
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
    Object.entries(recovery.wraps).map(([audience, { generation, wrap }]) => [
      audience,
      { generation, people: {}, sheets: { school: wrap } },
    ]),
  );
  await writeKeyring(keysFile(folder), {
    version: 1,
    machineSalt: known?.machineSalt ?? salt.toString('base64'),
    people: {},
    sheets: { school: recovery.recipient },
    keys,
  });
}

const isEmpty = (record: object): boolean => Object.keys(record).length === 0;

/** The head's signer, once `direction` is open. @throws PreauError `RECOVERY_WRONG` */
export const headFromRecovery = (recovery: Recovery, directionKey: Buffer): Signer =>
  signerFrom(headSeedFrom(recovery, directionKey));

/** @throws PreauError `RECOVERY_WRONG` */
export function headSeedFrom(recovery: Recovery, directionKey: Buffer): Buffer {
  try {
    return unseal(headSealKey(directionKey), fromText(recovery.headKey), PLACE);
  } catch (cause) {
    throw new PreauError('RECOVERY_WRONG', {}, { cause });
  }
}
