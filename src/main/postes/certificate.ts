import { createPrivateKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeAtomically } from '../../store/atomic-file';
import { seal, sealingKey, unseal } from '../../store/seal';

/** The certificate a poste's LAN server shows. Nobody's authority vouches for it: the poste signs its fingerprint. */
export interface PosteCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a self-signed X.509 certificate on P-256; open-exchange.ts hands in the devices' one (src/main/devices/x509.ts). */
export type SelfSign = (request: {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly never[];
}) => string;

const FILE = 'poste-tls.sealed';
const PLACE = Buffer.from('preau/poste tls/1');
const schema = v.strictObject({ cert: v.string(), key: v.string() });
/** Long before and after: clocks of old laptops are wrong by years (issue 3), and the fingerprint is what counts. */
const FROM = Date.UTC(2000, 0, 1);
const TO = Date.UTC(2099, 0, 1);

export async function openCertificate(
  folder: string,
  schoolKey: Buffer,
  selfSign: SelfSign,
): Promise<PosteCertificate> {
  const key = sealingKey(schoolKey, 'preau/poste tls/1');
  try {
    const held = unseal(key, await readFile(join(folder, FILE)), PLACE).toString('utf8');
    const parsed = v.parse(schema, JSON.parse(held));
    createPrivateKey(parsed.key);
    return new X509Certificate(parsed.cert) && parsed;
  } catch {
    // None yet, or unreadable: a new one costs the peers one look.
  }
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cert = selfSign({
    subject: 'poste',
    issuer: 'poste',
    publicKey: pair.publicKey,
    signer: pair.privateKey,
    notBefore: FROM,
    notAfter: TO,
    extensions: [],
  });
  const made = { cert, key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  await writeAtomically(join(folder, FILE), seal(key, JSON.stringify(made), PLACE));
  return made;
}
