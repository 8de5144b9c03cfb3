import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreauError } from '../../domain/errors';
import type { Clock } from '../../domain/time';
import type { AudienceDatabase } from '../../store/port';
import { seal, sealingKey, unseal, SealBroken } from '../../store/seal';
import { belongsTo, createIntermediate, createLeaf, createSchoolRoot, type KeyAndCertificate } from './ca';

/**
 * The poste's certificates. The root's certificate and its sealed key are one document of the school (`parc`: public
 * by nature, and every poste needs it); the key opens only with the recovery sheet's secret. The intermediate's key
 * is sealed on this disk with a key of this poste; the leaf's is made at each start and lives in memory.
 */
export interface PosteCertificates {
  /** PEM of the school's root, for a device to trust. */
  readonly root: string;
  /** `preau-<poste>.local`, with six letters of the poste's id. */
  readonly host: string;
  /** A fresh leaf for these addresses, with its chain: what a TLS server needs. */
  issue(addresses: readonly string[]): { readonly key: string; readonly cert: string };
}

export interface CertificateDeps {
  readonly parc: AudienceDatabase;
  /** `<data>/devices` */
  readonly folder: string;
  /** 32 bytes that only this poste holds. */
  readonly posteKey: Uint8Array;
  readonly posteId: string;
  readonly schoolId: string;
  readonly clock: Clock;
  /** 13 lower-case characters for the document's id. */
  readonly newId: () => string;
}

interface RootDocument {
  readonly [field: string]: string | number;
  readonly _id: string;
  readonly type: 'schoolRoot';
  readonly v: 1;
  readonly certificate: string;
  readonly sealedKey: string;
}

const ROOT_PURPOSE = 'preau-school-root-0';
const POSTE_PURPOSE = 'preau-poste-certificate-0';

/**
 * Makes the school's authority (once) and this poste's intermediate. `rootSecret` (32 bytes) comes from the recovery
 * sheet: the root's key is in memory during this call only.
 * @throws PreauError `KEY_WRONG` for another sheet
 */
export async function installCertificates(deps: CertificateDeps, rootSecret: Uint8Array): Promise<void> {
  const root = await schoolRoot(deps, rootSecret);
  const intermediate = createIntermediate(root, deps.schoolId, deps.posteId, deps.clock());
  writePoste(deps, intermediate);
}

export async function schoolRoot(deps: CertificateDeps, secret: Uint8Array): Promise<KeyAndCertificate> {
  const held = findRoot(deps.parc);
  if (held) {
    const privateKey = open(secret, Buffer.from(held.sealedKey, 'base64'), ROOT_PURPOSE);
    const root = { certificate: held.certificate, privateKey };
    if (!belongsTo(root)) throw new PreauError('KEY_WRONG');
    return root;
  }
  const root = createSchoolRoot(deps.schoolId, deps.clock());
  await deps.parc.put<RootDocument>({
    // A head's by its prefix: nobody else may write over it (src/exchange/author-rules.ts).
    _id: `school_${deps.newId()}`,
    type: 'schoolRoot',
    v: 1,
    certificate: root.certificate,
    sealedKey: close(secret, root.privateKey, ROOT_PURPOSE).toString('base64'),
  });
  return root;
}

/** The oldest id wins where two postes made one apart: every poste chooses the same. */
export const findRoot = (parc: AudienceDatabase): RootDocument | undefined =>
  parc.all<RootDocument>('schoolRoot')[0]?.body;

/** An underscore is no letter of a host name, and six of the id's letters tell the postes of a school apart. */
const hostOf = (posteId: string): string => `preau-${posteId.replace(/^poste_/, '').slice(0, 6)}.local`;

/** True once `installCertificates` has run here for the school's present root. */
export function hasCertificates(deps: CertificateDeps): boolean {
  return findRoot(deps.parc) !== undefined && readPoste(deps) !== undefined;
}

/** @throws PreauError `KEY_MISSING` before `installCertificates` */
export function openCertificates(deps: CertificateDeps): PosteCertificates {
  const root = findRoot(deps.parc);
  const poste = readPoste(deps);
  if (!root || !poste) throw new PreauError('KEY_MISSING', { audience: 'parc' });
  const host = hostOf(deps.posteId);
  return {
    root: root.certificate,
    host,
    issue(addresses) {
      const leaf = createLeaf(poste, deps.posteId, { host, addresses }, deps.clock());
      return { key: leaf.privateKey, cert: leaf.certificate + poste.certificate };
    },
  };
}

const posteFile = (deps: CertificateDeps): string => join(deps.folder, 'poste-certificate.sealed');

export function writePoste(deps: CertificateDeps, poste: KeyAndCertificate): void {
  writeSealed(deps, posteFile(deps), JSON.stringify(poste));
}

/** One sealed file, put in place by a rename: never half a certificate after a power cut. */
export function writeSealed(deps: CertificateDeps, path: string, plain: string): void {
  mkdirSync(deps.folder, { recursive: true });
  const draft = `${path}.new`;
  writeFileSync(draft, close(deps.posteKey, plain, POSTE_PURPOSE), { mode: 0o600 });
  renameSync(draft, path);
}

function readPoste(deps: CertificateDeps): KeyAndCertificate | undefined {
  const plain = readSealed(deps, posteFile(deps));
  return plain === undefined ? undefined : (JSON.parse(plain) as KeyAndCertificate);
}

/** @throws PreauError `KEY_WRONG` for a file of another poste */
export function readSealed(deps: CertificateDeps, path: string): string | undefined {
  let sealed: Buffer;
  try {
    sealed = readFileSync(path);
  } catch {
    return undefined;
  }
  return open(deps.posteKey, sealed, POSTE_PURPOSE);
}

const close = (secret: Uint8Array, plain: string, purpose: string): Buffer =>
  seal(sealingKey(secret, purpose), plain, Buffer.from(purpose));

function open(secret: Uint8Array, sealed: Uint8Array, purpose: string): string {
  try {
    return unseal(sealingKey(secret, purpose), sealed, Buffer.from(purpose)).toString();
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause;
    throw new PreauError('KEY_WRONG', {}, { cause });
  }
}
