import { execFile, execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../src/main/devices/x509';
import { openCertificate } from '../../../src/main/postes/certificate';
import { PinnedAgent } from '../../../src/main/postes/pinned-agent';
import { keeping } from '../keeping';
import {
  actor,
  ANNE,
  CE1,
  classe,
  contents,
  founding,
  HEAD,
  idOf,
  introduced,
  PARC,
  reopened,
  write,
  type TestPoste,
} from '../sync/poste';

const { keep, wasClosed } = keeping();

/** Takes the poste's certificate away and gives it one that is valid in those years only. */
async function certifiedIn(poste: TestPoste, from: number, to: number): Promise<void> {
  rmSync(join(poste.folder, 'poste-tls.sealed'));
  await openCertificate(poste.folder, poste.keyring.dataKey(PARC), (wanted) =>
    makeCertificate({ ...wanted, notBefore: Date.UTC(from, 0, 1), notAfter: Date.UTC(to, 0, 1) }),
  );
}

describe('clocks that are wrong by years', () => {
  // To TLS, a certificate of other years and a clock of other years are the same thing.
  it.each([
    [2061, 2062],
    [1999, 2001],
  ])('postes exchange all the same: a certificate of %i to %i', async (from, to) => {
    const head = await founding();
    const anne = keep(await introduced(head, ANNE));
    await write(head, classe(CE1), idOf('event', 'x'), { text: 'Mot' });
    await certifiedIn(head, from, to);
    await head.close(true);
    const again = keep(await reopened(head, { owner: HEAD }));
    const far = keep(await introduced(again, ANNE));
    await far.sync.run(actor(ANNE));
    expect(await contents(far, classe(CE1))).toEqual(await contents(again, classe(CE1)));
    // Also for a poste that knew it at another address, with another certificate.
    await anne.close(true);
    wasClosed(anne);
    const back = keep(await reopened(anne, { owner: ANNE, neighbours: () => [again.postes.address] }));
    await back.sync.run(actor(ANNE));
    expect(await contents(back, classe(CE1))).toEqual(await contents(again, classe(CE1)));
  });

  it('but no other certificate passes for the one that was proven', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const cert = makeCertificate({
      subject: 'poste',
      issuer: 'poste',
      publicKey: pair.publicKey,
      signer: pair.privateKey,
      notBefore: Date.UTC(2000, 0, 1),
      notAfter: Date.UTC(2099, 0, 1),
      extensions: [],
    });
    const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const server = createServer({ cert, key }, (_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const agent = new PinnedAgent('a'.repeat(43));
    const asked = new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, agent }, resolve).on('error', reject).end();
    });
    await expect(asked).rejects.toThrow('another certificate');
    agent.destroy();
    server.close();
  });
});

describe('a poste that was met is looked for where it was, and where it says it is', () => {
  it('is found again after its address changed, and tells who has its old one', async () => {
    const head = keep(await founding());
    let near = [head.postes.address];
    const anne = keep(await introduced(head, ANNE, { neighbours: () => near }));
    await anne.sync.run(actor(ANNE));
    // Nothing is announced any more: the address it had still answers.
    near = [];
    await write(head, classe(CE1), idOf('event', 'quiet'), { text: 'Sans annonce' });
    await anne.sync.run(actor(ANNE));
    expect(await contents(anne, classe(CE1))).toEqual(await contents(head, classe(CE1)));
    await head.close(true);
    wasClosed(head);
    // A machine whose own address is not a school's says that first.
    expect((await anne.postes.reach())[0]?.cause).toMatch(/^(closed|no-network)$/);
    const moved = keep(await reopened(head, { owner: HEAD }));
    near = [moved.postes.address];
    await anne.sync.run(actor(ANNE));
    expect((await anne.postes.reach()).map(({ cause }) => cause)).toEqual(['answers']);
    expect((await anne.postes.reach())[0]?.address).toEqual(moved.postes.address);
  });
});

const NAMES = [`preau-a-${process.pid}`, `preau-b-${process.pid}`] as const;
const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });
const NAMESPACES = ((): string | undefined => {
  if (process.getuid?.() !== 0) return 'namespaces need root';
  try {
    ip('netns', 'add', `${NAMES[0]}-try`);
    ip('netns', 'del', `${NAMES[0]}-try`);
    return undefined;
  } catch {
    return 'this kernel makes no network namespaces';
  }
})();

describe.skipIf(NAMESPACES !== undefined)('what a network does to a connection', () => {
  beforeAll(() => {
    const [a, b] = NAMES;
    for (const name of NAMES) ip('netns', 'add', name);
    ip('link', 'add', 'e0', 'netns', a, 'type', 'veth', 'peer', 'name', 'e0', 'netns', b);
    ip('-n', a, 'addr', 'add', '10.98.0.1/24', 'dev', 'e0');
    ip('-n', b, 'addr', 'add', '10.98.0.2/24', 'dev', 'e0');
    ip('-n', b, 'addr', 'add', '10.98.0.3/24', 'dev', 'e0');
    for (const name of NAMES) {
      ip('-n', name, 'link', 'set', 'lo', 'up');
      ip('-n', name, 'link', 'set', 'e0', 'up');
    }
  });
  afterAll(() => {
    for (const name of NAMES) ip('netns', 'del', name);
  });
  const look = async (...addresses: string[]): Promise<string[]> => {
    const program = join(import.meta.dirname, 'probe.program.ts');
    const hooks = join(import.meta.dirname, '../../faults/resolve-ts.mjs');
    const node = ['--experimental-transform-types', '--no-warnings', '--import', hooks, program];
    const { stdout } = await promisify(execFile)('ip', [
      'netns',
      'exec',
      NAMES[0],
      process.execPath,
      ...node,
      ...addresses,
    ]);
    return stdout.trim().split('\n');
  };

  it('nobody listening, nobody there, no way to it', async () => {
    expect(await look('10.98.0.2:8444', '10.98.0.9:8444', '10.97.0.1:8444')).toEqual([
      'refused',
      expect.stringMatching(/^(unreachable|timeout)$/),
      'unreachable',
    ]);
  });

  it('a firewall that drops is a time-out', async () => {
    // Answers to the first computer are dropped, as Windows does with what nobody asked for.
    ip('-n', NAMES[1], 'route', 'add', 'blackhole', '10.98.0.1/32');
    expect(await look('10.98.0.2:8444')).toEqual(['timeout']);
    ip('-n', NAMES[1], 'route', 'del', 'blackhole', '10.98.0.1/32');
  });
});

if (NAMESPACES) it.skip(`what a network does to a connection: ${NAMESPACES}`, () => undefined);
