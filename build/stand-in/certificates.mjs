// session.setCertificateVerifyProc: Chromium's protocol tells nobody what a server showed. So a handshake of our own goes before
// each page that is loaded over TLS, its chain is put before the app's handler as Electron would, and Chromium's own check is set
// aside for that window where the handler says that the server is right. What comes after in the same page is not asked about.
import { connect } from 'node:tls';
import { X509Certificate } from 'node:crypto';

const PATIENCE = 5_000;
const UNKNOWN_AUTHORITY = -202;

export class CertificateHandler {
  #handler;

  setCertificateVerifyProc(handler) {
    this.#handler = handler ?? undefined;
  }

  /** @returns {Promise<'as-chromium-says' | 'right' | 'wrong'>} */
  async judge(url) {
    const { protocol, hostname, port } = new URL(url);
    if (!this.#handler || protocol !== 'https:') return 'as-chromium-says';
    const chain = await chainOf(hostname, Number(port || 443));
    // Nobody answers: Chromium says so itself.
    if (!chain) return 'as-chromium-says';
    const certificate = chain.reduceRight(
      (issuerCert, raw) => ({ ...described(raw), issuerCert }),
      /** @type {object | undefined} */ (undefined),
    );
    const answer = await new Promise((resolve) =>
      this.#handler(
        {
          hostname,
          certificate,
          validatedCertificate: certificate,
          isIssuedByKnownRoot: false,
          verificationResult: 'net::ERR_CERT_AUTHORITY_INVALID',
          errorCode: UNKNOWN_AUTHORITY,
        },
        resolve,
      ),
    );
    if (answer === -3) return 'as-chromium-says';
    return answer === 0 ? 'right' : 'wrong';
  }
}

function described(raw) {
  const read = new X509Certificate(raw);
  return { data: read.toString(), fingerprint: `sha256/${read.fingerprint256}`, subjectName: read.subject };
}

function chainOf(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false });
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
    socket.once('secureConnect', () => {
      const chain = [];
      let one = socket.getPeerCertificate(true);
      while (one?.raw && !chain.some((known) => known.equals(one.raw))) {
        chain.push(one.raw);
        one = one.issuerCertificate;
      }
      resolve(chain.length > 0 ? chain : undefined);
      socket.destroy();
    });
  });
}
