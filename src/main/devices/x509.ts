import { createHash, randomBytes, sign, createPublicKey, type KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Extension,
  Extensions,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

/**
 * An X.509 certificate assembled from the ASN.1 types of `@peculiar/asn1-x509` and signed by Node's own crypto: ECDSA on
 * P-256 with SHA-256, the one pair every browser of the floor accepts (DESIGN 5).
 */
export interface CertificateRequest {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** The issuer's private key (its own for the root). */
  readonly signer: KeyObject;
  /** ms since 1970 */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Extension[];
}

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';

/** @returns the certificate as PEM */
export function makeCertificate(request: CertificateRequest): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: serial(),
    signature: algorithm,
    issuer: name(request.issuer),
    subject: name(request.subject),
    validity: new Validity({
      notBefore: new Date(request.notBefore),
      notAfter: new Date(request.notAfter),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(spki(request.publicKey), SubjectPublicKeyInfo),
    extensions: new Extensions([...request.extensions]),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(body)), request.signer);
  const certificate = new Certificate({
    tbsCertificate: body,
    signatureAlgorithm: algorithm,
    signatureValue: exact(signature),
  });
  return toPem(Buffer.from(AsnConvert.serialize(certificate)));
}

/** One extension; `value` is any ASN.1 object. */
export function extension(oid: string, value: object, critical = false): Extension {
  return new Extension({
    extnID: oid,
    critical,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

/** RFC 7093 method 1 in spirit: 160 bits of SHA-256 over the public key; only has to be the same in child and parent. */
export function keyIdentifier(publicKey: KeyObject): ArrayBuffer {
  const info = AsnConvert.parse(spki(publicKey), SubjectPublicKeyInfo);
  return exact(createHash('sha256').update(Buffer.from(info.subjectPublicKey)).digest().subarray(0, 20));
}

export const publicOf = (privateKey: KeyObject): KeyObject => createPublicKey(privateKey);

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** 127 random bits: positive, and unguessable as the CA/Browser Forum asks. */
function serial(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return exact(bytes);
}

function name(common: string): Name {
  const part = (type: string, text: string): RelativeDistinguishedName =>
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String: text }) }),
    ]);
  return new Name([part(ORGANIZATION, 'Préau'), part(COMMON_NAME, common)]);
}

/** The bytes alone: a Buffer often sits in a bigger pool. */
export function exact(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

export function toPem(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g);
  return `-----BEGIN CERTIFICATE-----\n${(lines ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
}

export const toDer = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
