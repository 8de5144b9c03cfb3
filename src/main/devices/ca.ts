import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  NameConstraints,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  type Extension,
} from '@peculiar/asn1-x509';
import { extension, keyIdentifier, makeCertificate, publicOf } from './x509';

/**
 * The school's own certificate authority (DESIGN 5). A root that can only ever speak for private addresses and `.local`
 * names, so that trusting it gives nobody power over a bank's site; one intermediate a poste; a leaf reissued when
 * the poste's address changes.
 */
export const PERMITTED_RANGES = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '127.0.0.0/8',
];
export const PERMITTED_DOMAIN = 'local';

const DAY = 24 * 3600 * 1000;
/** A school changes its certificate authority less often than its tablets. */
const ROOT_DAYS = 3653;
const INTERMEDIATE_DAYS = 1826;
/** Browsers refuse a leaf of more than 398 days; devices' clocks are often some days late. */
const LEAF_DAYS = 390;
const BACKDATED_DAYS = 7;

export interface KeyAndCertificate {
  readonly certificate: string; // PEM
  readonly privateKey: string; // PKCS #8 PEM
}

/** Made once a school. The caller puts the private key away (recovery sheet, sealed file) and forgets it. */
export function createSchoolRoot(schoolId: string, now: number): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = rootName(schoolId);
  const certificate = makeCertificate({
    subject: name,
    issuer: name,
    publicKey,
    signer: privateKey,
    ...validity(now, ROOT_DAYS),
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 1 }), true),
      certificateSigning(),
      constraints(),
      subjectKey(publicKey),
      authorityKey(publicKey),
    ],
  });
  return { certificate, privateKey: pem(privateKey) };
}

/** One a poste, signed while the root's key is at hand: creation of the school, introduction of a poste. */
export function createIntermediate(
  root: KeyAndCertificate,
  schoolId: string,
  posteId: string,
  now: number,
): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    certificate: signIntermediate(root, schoolId, posteId, publicKey, now),
    privateKey: pem(privateKey),
  };
}

/** The same for a poste that made its own key and keeps it. @returns the certificate, PEM */
export function signIntermediate(
  root: KeyAndCertificate,
  schoolId: string,
  posteId: string,
  publicKey: KeyObject,
  now: number,
): string {
  const signer = createPrivateKey(root.privateKey);
  return makeCertificate({
    subject: posteName(posteId),
    issuer: rootName(schoolId),
    publicKey,
    signer,
    ...validity(now, INTERMEDIATE_DAYS),
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
      certificateSigning(),
      // Said again here: verifiers differ in whether they read the constraints of a root that was installed by hand.
      constraints(),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      subjectKey(publicKey),
      authorityKey(publicOf(signer)),
    ],
  });
}

export interface LeafNames {
  /** `preau-<poste>.local` */
  readonly host: string;
  /** Private IPv4 addresses this poste answers at now. */
  readonly addresses: readonly string[];
}

export function createLeaf(
  intermediate: KeyAndCertificate,
  posteId: string,
  names: LeafNames,
  now: number,
): KeyAndCertificate {
  const signer = createPrivateKey(intermediate.privateKey);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const alternatives = new SubjectAlternativeName([
    new GeneralName({ dNSName: names.host }),
    ...names.addresses.map((address) => new GeneralName({ iPAddress: address })),
  ]);
  const certificate = makeCertificate({
    subject: names.host,
    issuer: posteName(posteId),
    publicKey,
    signer,
    ...validity(now, LEAF_DAYS),
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectAltName, alternatives),
      subjectKey(publicKey),
      authorityKey(publicOf(signer)),
    ],
  });
  return { certificate, privateKey: pem(privateKey) };
}

const rootName = (schoolId: string): string => `Préau, école ${schoolId}`;
const posteName = (posteId: string): string => `Préau, ordinateur ${posteId}`;
const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const validity = (now: number, days: number): { notBefore: number; notAfter: number } => ({
  // Whole seconds: X.509 times have no milliseconds.
  notBefore: Math.floor((now - BACKDATED_DAYS * DAY) / 1000) * 1000,
  notAfter: Math.floor((now + (days - BACKDATED_DAYS) * DAY) / 1000) * 1000,
});

const certificateSigning = (): Extension =>
  extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true);

/** No IPv6 range is permitted, and a constrained kind of name outside its ranges is refused: RFC 5280, 4.2.1.10. */
function constraints(): Extension {
  const trees = [
    new GeneralSubtree({ base: new GeneralName({ dNSName: PERMITTED_DOMAIN }) }),
    ...PERMITTED_RANGES.map((range) => new GeneralSubtree({ base: new GeneralName({ iPAddress: range }) })),
  ];
  return extension(
    id_ce_nameConstraints,
    new NameConstraints({ permittedSubtrees: new GeneralSubtrees(trees) }),
    true,
  );
}

const subjectKey = (key: KeyObject): Extension =>
  extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(key)));

const authorityKey = (key: KeyObject): Extension =>
  extension(
    id_ce_authorityKeyIdentifier,
    new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(key)) }),
  );

/** True when that certificate's key is the given private key: a wrong sheet is told before anything is signed. */
export function belongsTo(certificate: KeyAndCertificate): boolean {
  const own = createPublicKey(createPrivateKey(certificate.privateKey));
  return own.equals(createPublicKey(certificate.certificate));
}

/** @throws Error where one of them is no certificate */
export const isSignedBy = (certificate: string, root: string): boolean =>
  new X509Certificate(certificate).verify(new X509Certificate(root).publicKey);
