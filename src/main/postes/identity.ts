import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import { fromText, grantSchema, idSchema, signerFrom, toText, type Grant, type Signer } from '../../exchange';
import { writeAtomically } from '../../store/atomic-file';
import { seal, sealingKey, unseal } from '../../store/seal';
import type { Random } from '../capability';

/**
 * Who this poste is: an id and an Ed25519 pair, made once, and the head keys it was given by hand. Sealed in the data
 * folder under a key of the school's that this machine holds, so that a copied folder signs nothing.
 *
 * A data folder restored from a backup must take a new identity: two histories under one name are a fork, and every
 * other poste refuses the second.
 */
const identitySchema = v.strictObject({
  version: v.literal(1),
  poste: idSchema('poste'),
  /** 32 bytes, RFC 8032. */
  seed: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
  /** Public keys of heads; empty only in memory. */
  anchors: v.array(v.string()),
  /** Grants as they stood at the introduction, until `parc` has come: they prove themselves. */
  grants: v.array(grantSchema),
  /** Who this folder was before it was put back (src/main/begin-anew.ts). */
  former: v.optional(v.array(idSchema('poste'))),
});

export interface Identity {
  readonly poste: Id<'poste'>;
  readonly signer: Signer;
  readonly seed: Buffer;
  readonly anchors: readonly string[];
  readonly grants: readonly Grant[];
  /** Postes that this folder was before: what speaks for them is not this one's to say. */
  readonly former?: readonly Id<'poste'>[] | undefined;
}

const FILE = 'poste.sealed';
const PLACE = Buffer.from('preau/poste/1');
const fileKey = (schoolKey: Buffer) => sealingKey(schoolKey, 'preau/poste identity/1');

export function newIdentity(random: Random, anchors: readonly string[] = []): Identity {
  const seed = random(32);
  return { poste: idFrom('poste', random(9)), seed, signer: signerFrom(seed), anchors, grants: [] };
}

/** @returns undefined where this folder has none yet. @throws PreauError `DOCUMENT_TAMPERED` */
export async function readIdentity(folder: string, schoolKey: Buffer): Promise<Identity | undefined> {
  let sealed: Buffer;
  try {
    sealed = await readFile(join(folder, FILE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const text = unseal(fileKey(schoolKey), sealed, PLACE).toString('utf8');
    const { seed, ...rest } = v.parse(identitySchema, JSON.parse(text));
    return { ...rest, seed: fromText(seed), signer: signerFrom(fromText(seed)) };
  } catch (cause) {
    throw new PreauError('DOCUMENT_TAMPERED', { id: FILE }, { cause });
  }
}

export async function writeIdentity(folder: string, schoolKey: Buffer, identity: Identity): Promise<void> {
  const { poste, seed, anchors, grants, former } = identity;
  const text = JSON.stringify({ version: 1, poste, seed: toText(seed), anchors, grants, former });
  await writeAtomically(join(folder, FILE), seal(fileKey(schoolKey), text, PLACE));
}
