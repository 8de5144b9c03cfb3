import { createHash } from 'node:crypto';
import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { toText } from '../../exchange';

/** SHA-256 over a certificate as it came over the wire (DER). */
export const fingerprintOfRaw = (raw: Buffer): string => toText(createHash('sha256').update(raw).digest());

/**
 * Connections to one poste, whose key has signed that fingerprint: no other certificate is accepted, and this one whatever
 * its dates say. TLS would judge them by this computer's clock, which is wrong by years when its battery is dead.
 */
export class PinnedAgent extends Agent {
  constructor(private readonly fingerprint: string) {
    // Without session tickets every connection shows its certificate.
    super({ keepAlive: true, maxCachedSessions: 0 });
  }

  override createConnection(
    options: ConnectionOptions,
    callback: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const socket: TLSSocket = connect({ ...options, rejectUnauthorized: false });
    socket.once('error', (error) => callback(error, socket));
    socket.once('secureConnect', () => {
      if (fingerprintOfRaw(socket.getPeerCertificate().raw) === this.fingerprint)
        return callback(null, socket);
      socket.destroy();
      callback(new Error('peer: another certificate'), socket);
    });
  }
}
