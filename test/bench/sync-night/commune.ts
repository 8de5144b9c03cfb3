import { generateKeyPairSync } from 'node:crypto';
import { startGateway, type Gateway } from '../../../sync-server/gateway';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { extension, makeCertificate } from '../../../src/main/devices/x509';
import { id_ce_subjectAltName, GeneralName, SubjectAlternativeName } from '@peculiar/asn1-x509';
import { answerParent } from '../link/role';
import { tlsFront, type Behind, type Front } from './front';
import { UAI } from './poste';

export interface CommuneInput {
  readonly folder: string;
  /** Where a CouchDB answers, for the other side of the comparison; absent for the gateway. */
  readonly couch?: string;
}
export interface CommuneAnswer {
  readonly port: number;
  readonly ca: string;
  readonly code: string;
}
export interface CommuneCounts {
  readonly up: number;
  readonly down: number;
  readonly connections: number;
  readonly requests: number;
}

/** The town hall's side: the gateway over its embedded store, or a CouchDB reached by a Unix socket, behind one TLS. */
export async function commune(): Promise<void> {
  let gateway: Gateway | undefined;
  let front: Front | undefined;
  answerParent({
    async open({ folder, couch }: CommuneInput): Promise<CommuneAnswer> {
      const tls = certificate();
      let behind: Behind;
      if (couch) behind = { path: couch };
      else {
        gateway = await startGateway({ store: embeddedStore(folder), port: 0 });
        behind = { port: Number(new URL(gateway.url).port) };
      }
      front = await tlsFront(tls, behind);
      return { port: front.port, ca: tls.cert, code: gateway?.enrolmentCode(UAI) ?? '' };
    },
    counts: (): Promise<CommuneCounts> =>
      Promise.resolve({
        up: front?.http.up ?? 0,
        down: front?.http.down ?? 0,
        connections: front?.http.connections ?? 0,
        requests: gateway?.counters['requests'] ?? 0,
      }),
  });
  await Promise.resolve();
}

function certificate(): { cert: string; key: string } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const names = new SubjectAlternativeName([
    new GeneralName({ dNSName: 'poste' }),
    new GeneralName({ iPAddress: '10.97.0.2' }),
    new GeneralName({ iPAddress: '127.0.0.1' }),
  ]);
  const cert = makeCertificate({
    subject: 'poste',
    issuer: 'poste',
    publicKey: pair.publicKey,
    signer: pair.privateKey,
    notBefore: Date.UTC(2020, 0, 1),
    notAfter: Date.UTC(2060, 0, 1),
    extensions: [extension(id_ce_subjectAltName, names)],
  });
  return { cert, key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
