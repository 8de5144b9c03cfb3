import type { Logger } from '../capability';
import {
  hasCertificates,
  installCertificates,
  openCertificates,
  type CertificateDeps,
  type PosteCertificates,
} from './certificates';
import { answerRequests, askForCertificate, collectCertificate } from './certificate-requests';

/** Opens the pupils' door as soon as this poste has its certificate, and gives other postes theirs. */
export interface PosteDoor {
  /** Resolves when the door is open, or when the certificate has been asked for. */
  ready(): Promise<void>;
  root(): string | undefined;
  close(): void;
}

export function createPosteDoor(parts: {
  readonly deps: CertificateDeps;
  /** What opens the school's root; undefined on a poste that may not. */
  readonly rootSecret: () => Uint8Array | undefined;
  readonly knows: (poste: string) => boolean;
  readonly open: (certificates: PosteCertificates) => Promise<void>;
  readonly log: Logger;
}): PosteDoor {
  const { deps, log } = parts;
  let held: PosteCertificates | undefined;
  /** One look at a time: documents come in bursts. */
  let turn: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const secret = parts.rootSecret();
    if (!hasCertificates(deps) && secret) await installCertificates(deps, secret);
    if (secret) await answerRequests(deps, secret, parts.knows);
    if (held) return;
    if (!collectCertificate(deps)) return askForCertificate(deps);
    held = openCertificates(deps);
    await parts.open(held);
  }
  const next = (): Promise<void> =>
    (turn = turn.then(look, look).catch((error: unknown) => {
      log.error('certificate.failed', { error: error instanceof Error ? error.name : 'unknown' });
    }));
  const end = deps.parc.onChange((change) => {
    if (change.foreign) void next();
  });

  return {
    ready: async () => {
      await next();
      // A poste that cannot open its door still keeps the register: what failed is in the log, the screen says « fermée ».
    },
    root: () => held?.root,
    close: end,
  };
}
