import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import {
  findRoot,
  hasCertificates,
  readSealed,
  schoolRoot,
  writePoste,
  writeSealed,
  type CertificateDeps,
} from './certificates';
import { belongsTo, isSignedBy, signIntermediate } from './ca';

/**
 * A poste that cannot open the school's root (a teacher's laptop) asks for its certificate in the fleet's base and keeps
 * the key it made; a head's poste that meets the request signs it. Both documents travel by the ordinary exchange, so
 * nobody types anything and the root's key goes nowhere.
 */
interface RequestDocument {
  readonly [field: string]: string | number;
  readonly _id: string;
  readonly type: 'posteCertificateRequest';
  readonly v: 1;
  readonly poste: string;
  /** SPKI, base64. */
  readonly publicKey: string;
}
interface AnswerDocument {
  readonly [field: string]: string | number;
  readonly _id: string;
  readonly type: 'posteCertificate';
  readonly v: 1;
  readonly poste: string;
  readonly request: string;
  readonly certificate: string;
}

const requestFile = (deps: CertificateDeps): string => join(deps.folder, 'certificate-request.sealed');

/** Asks once, however often it is called. */
export async function askForCertificate(deps: CertificateDeps): Promise<void> {
  const asked = deps.parc
    .all<RequestDocument>('posteCertificateRequest')
    .some(({ body }) => body.poste === deps.posteId);
  const kept = readSealed(deps, requestFile(deps));
  if (asked && kept) return;
  const privateKey = kept
    ? createPrivateKey(kept)
    : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  // The key first: a request whose key was lost with the power would be answered for nothing.
  writeSealed(deps, requestFile(deps), privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  await deps.parc.put<RequestDocument>({
    _id: `event_${deps.newId()}`,
    type: 'posteCertificateRequest',
    v: 1,
    poste: deps.posteId,
    publicKey: publicKey.toString('base64'),
  });
}

/**
 * On a poste that may open the root: signs the requests of known postes that nobody has signed yet.
 * @param knows postes of the school that were not put out
 */
export async function answerRequests(
  deps: CertificateDeps,
  rootSecret: Uint8Array,
  knows: (poste: string) => boolean,
): Promise<void> {
  const answered = new Set(deps.parc.all<AnswerDocument>('posteCertificate').map(({ body }) => body.request));
  const open = deps.parc
    .all<RequestDocument>('posteCertificateRequest')
    .map(({ body }) => body)
    .filter((request) => !answered.has(request._id) && knows(request.poste));
  if (open.length === 0) return;
  const root = await schoolRoot(deps, rootSecret);
  for (const request of open) {
    const publicKey = keyIn(request);
    // What somebody else wrote there must not keep the next one waiting.
    if (!publicKey) continue;
    await deps.parc.put<AnswerDocument>({
      _id: `event_${deps.newId()}`,
      type: 'posteCertificate',
      v: 1,
      poste: request.poste,
      request: request._id,
      certificate: signIntermediate(root, deps.schoolId, request.poste, publicKey, deps.clock()),
    });
  }
}

function keyIn({ publicKey }: RequestDocument): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** Takes the answer where it has come. @returns true when this poste has its certificate */
export function collectCertificate(deps: CertificateDeps): boolean {
  if (hasCertificates(deps)) return true;
  const privateKey = readSealed(deps, requestFile(deps));
  if (!privateKey) return false;
  const mine = deps.parc
    .all<AnswerDocument>('posteCertificate')
    .map(({ body }) => ({ certificate: body.certificate, privateKey }))
    // A certificate for another key, of another authority, or none at all, is nobody's answer to us.
    .find((answer) => isOurs(answer, deps));
  if (!mine) return false;
  writePoste(deps, mine);
  return hasCertificates(deps);
}

function isOurs(answer: { certificate: string; privateKey: string }, deps: CertificateDeps): boolean {
  const root = findRoot(deps.parc);
  try {
    const isOfSchool = root && isSignedBy(answer.certificate, root.certificate);
    return Boolean(isOfSchool) && belongsTo(answer);
  } catch {
    return false;
  }
}
