import { mkdir } from 'node:fs/promises';
import { silentLogger } from '../../../src/main/log/logger';
import { knownAddresses } from '../../../src/main/postes/discovery';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import { openRelay, type Relay } from '../../../src/relay/relay';
import { machineSecret } from '../../../src/relay/secret';
import { actor, HEAD, type TestPoste } from '../sync/poste';

export interface TestRelay {
  /** Made where it is not there; opened again, it is the same relay. Removed by the caller. */
  readonly folder: string;
  /** Introduces it where it was not: its digits are typed on that poste. Without one, it was introduced before. */
  readonly head?: TestPoste | undefined;
  /** Whom it finds; the head's poste where left out. */
  readonly near?: (() => readonly LanAddress[]) | undefined;
  /** Environment of the commune's engine beside it. */
  readonly couch?: NodeJS.ProcessEnv | undefined;
}

/** A relay on loopback that exchanges when it is asked. */
export async function testRelay({ folder, head, near, couch }: TestRelay): Promise<Relay> {
  await mkdir(folder, { recursive: true });
  head?.postes.introductions.openRelay(actor(HEAD));
  const relay = await openRelay({
    folder,
    machineSecret: await machineSecret(folder, undefined),
    discovery: knownAddresses(near ?? (() => (head ? [head.postes.address] : []))),
    listen: { host: '127.0.0.1', port: 0 },
    log: silentLogger,
    byItself: false,
    couch,
    showDigits: (digits) => void head?.postes.introductions.confirm(actor(HEAD), digits),
    stop: new AbortController().signal,
  });
  if (!relay) throw new Error('not introduced');
  return relay;
}
