import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { startGateway } from '../../../sync-server/gateway';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { audience } from '../../../src/domain/audience';
import { signerFrom } from '../../../src/exchange';
import { silentLogger } from '../../../src/main/log/logger';
import { knownAddresses } from '../../../src/main/postes/discovery';
import { grantTo } from '../../../src/main/postes/grants';
import { readHeadKey } from '../../../src/main/postes/head-key';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import { openRelay, type Relay } from '../../../src/relay/relay';
import { machineSecret } from '../../../src/relay/secret';
import { readStatus, statusLines } from '../../../src/relay/status';
import { readKeyring } from '../../../src/store/keyring-file';
import {
  actor,
  ANNE,
  CE1,
  classe,
  CM2,
  contents,
  COURRIER,
  DIRECTION,
  founding,
  HEAD,
  idOf,
  introduced,
  MARC,
  reopened,
  suivi,
  UAI,
  write,
  type TestPoste,
} from '../sync/poste';
import { keeping } from '../keeping';
import { testRelay } from './open';

let folder: string;
const HEAD_KEY = signerFrom(Buffer.alloc(32, 9)).publicKey;
const { keep, wasClosed, keepFolders } = keeping();
beforeEach(() => keepFolders((folder = mkdtempSync(join(tmpdir(), 'preau-relay-')))));

/** Opens the relay; the first time, the head types the digits it shows. */
const relayOf = async (head: TestPoste | undefined, near?: () => readonly LanAddress[]): Promise<Relay> =>
  keep(await testRelay({ folder, head, near }));

function* filesUnder(at: string): Generator<string> {
  for (const name of readdirSync(at)) {
    const path = join(at, name);
    if (statSync(path).isDirectory()) yield* filesUnder(path);
    else yield path;
  }
}
const formsOf = (text: string): Buffer[] => [
  Buffer.from(text, 'utf8'),
  Buffer.from(text, 'utf16le'),
  Buffer.from(Buffer.from(text, 'utf8').toString('base64').slice(4, -4)),
  Buffer.from(text.toLowerCase(), 'utf8'),
];

describe('a relay', () => {
  it('carries between two computers that are never on together, and opens nothing of it', async () => {
    const head = await founding();
    const anne = await introduced(head, ANNE);
    await anne.sync.run(actor(ANNE));
    await anne.close(true);

    const relay = await relayOf(head);
    const SECRETS = [
      'sait lire couramment depuis la Toussaint',
      'Convocation confidentielle du 12',
      'Message à Marc',
    ];
    await write(head, suivi(CE1), idOf('event', 's'), { text: SECRETS[0] ?? '' });
    await write(head, DIRECTION, idOf('event', 'd'), { text: SECRETS[1] ?? '' });
    await write(head, COURRIER, idOf('event', 'c'), { text: SECRETS[2] ?? '' });
    await write(head, classe(CE1), idOf('event', 'm'), { text: 'Sortie au musée' });
    await head.close(true);
    const headAgain = keep(await reopened(head, { owner: HEAD, neighbours: () => [relay.address] }));
    await headAgain.sync.run(actor(HEAD));
    const written = await contents(headAgain, suivi(CE1));
    await headAgain.close(true);
    wasClosed(headAgain);

    const anneAgain = keep(await reopened(anne, { owner: ANNE, neighbours: () => [relay.address] }));
    await anneAgain.sync.run(actor(ANNE));
    expect(await contents(anneAgain, suivi(CE1))).toEqual(written);
    expect((await anneAgain.store.open(classe(CE1))).get(idOf('event', 'm'))?.body['text']).toBe(
      'Sortie au musée',
    );
    await write(anneAgain, suivi(CE1), idOf('event', 'back'), { text: 'réponse' });
    await anneAgain.sync.run(actor(ANNE));
    const back = keep(await reopened(head, { owner: HEAD, neighbours: () => [relay.address] }));
    await back.sync.run(actor(HEAD));
    expect(await contents(back, suivi(CE1))).toEqual(await contents(anneAgain, suivi(CE1)));

    // Its own keyring, and every byte of its folder.
    expect(Object.keys((await readKeyring(join(folder, 'keys.json')))?.keys ?? {})).toEqual(['parc']);
    let bytes = 0;
    for (const path of filesUnder(folder)) {
      const held = readFileSync(path);
      bytes += held.length;
      for (const secret of SECRETS)
        for (const form of formsOf(secret)) expect(held.includes(form)).toBe(false);
    }
    expect(bytes).toBeGreaterThan(10_000);
    const status = await readStatus(folder);
    expect(status?.carries.find(({ kind }) => kind === 'suivi')).toMatchObject({ sealed: true });
    const lines = statusLines(status as NonNullable<typeof status>).join('\n');
    expect(lines).toContain('Bases portées sans pouvoir les ouvrir');
    expect(lines).not.toMatch(/staff_|class_|École/);
  });

  it('is given nothing where a laptop is expected, and takes no laptop’s place', async () => {
    const head = keep(await founding());
    await head.postes.introductions.open(actor(HEAD), MARC);
    const stop = new AbortController();
    const waiting = openRelay({
      folder,
      machineSecret: await machineSecret(folder, undefined),
      discovery: {
        ...knownAddresses(() => [head.postes.address]),
        find: () => {
          // Knocked once at a door that is open for Marc's laptop.
          if (asked++ > 0) stop.abort();
          return Promise.resolve([head.postes.address]);
        },
      },
      listen: { host: '127.0.0.1', port: 0 },
      log: silentLogger,
      byItself: false,
      showDigits: () => {
        throw new Error('no digits may be shown');
      },
      stop: stop.signal,
    });
    let asked = 0;
    expect(await waiting).toBeUndefined();
    expect(head.postes.introductions.state(actor(HEAD))).toMatchObject({ state: 'open' });
    // A teacher opens no door for a relay.
    expect(() => head.postes.introductions.openRelay(actor(MARC))).toThrow('FORBIDDEN');
  });

  it('brings the night to the commune, and waits calmly while it is away', async () => {
    const commune = mkdtempSync(join(tmpdir(), 'preau-commune-'));
    keepFolders(commune);
    const store = embeddedStore(commune);
    const gateway = await startGateway({ store, port: 0 });
    const port = Number(new URL(gateway.url).port);
    const head = keep(await founding());
    await head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
    const anne = keep(await introduced(head, ANNE));
    await head.sync.run(actor(HEAD));
    const relay = await relayOf(head);
    await relay.run();
    await gateway.close();
    await store.close();

    // Anne's laptop never goes to the commune: the relay has what it wrote before the line comes back.
    await write(anne, suivi(CE1), idOf('event', 'night'), { text: 'tient son crayon' });
    await anne.sync.run(actor(ANNE));
    await relay.run();
    expect((await readStatus(folder))?.commune).toMatchObject({ set: true, outcome: 'no-line' });

    const again = embeddedStore(commune);
    const back = await startGateway({ store: again, port });
    await relay.run();
    expect((await readStatus(folder))?.commune).toMatchObject({ outcome: 'done' });
    expect(back.counters['push']).toBeGreaterThan(0);
    await back.close();
    await again.close();
  });

  it('carries nothing of a year that a head ended, once the school is in a later one', async () => {
    const head = keep(await founding());
    const relay = await relayOf(head);
    await write(head, suivi(CE1), idOf('event', 'old'), { text: 'de l’année passée' });
    await head.sync.run(actor(HEAD));
    await relay.run();
    const carried = async (): Promise<number> =>
      (await readStatus(folder))?.carries.find(({ kind }) => kind === 'suivi')?.databases ?? 0;
    expect(await carried()).toBe(1);
    const parc = await head.store.open('parc');
    const ended = { type: 'yearEnded', v: 1, year: 2026, held: {} };
    await parc.put({ _id: idOf('year', 'ended'), ...ended });
    await relay.run();
    // The only year there is: nobody ends the one that is under way.
    expect(await carried()).toBe(1);
    const later = { poste: idOf('poste', 'next'), key: HEAD_KEY, person: HEAD, roles: [] };
    const grants = { platform: head.platform, book: head.mine.replica.book, parc };
    const signer = readHeadKey(await head.store.open(DIRECTION));
    if (!signer) throw new Error('no head key');
    const audiences = [audience('ecole', { year: 2027 })];
    await grantTo({ ...grants, head: signer }, { ...later, audiences });
    await head.sync.run(actor(HEAD));
    await relay.run();
    expect(await carried()).toBe(0);
    expect(readdirSync(join(folder, 'parcels')).filter((name) => name.startsWith('suivi'))).toEqual([]);
  });

  it('goes on after a restart with another address, for a class it never heard of before', async () => {
    const head = keep(await founding());
    const first = await relayOf(head);
    const { poste } = first;
    await first.close();
    wasClosed(first);
    await write(head, suivi(CM2), idOf('event', 'later'), { text: 'compte jusqu’à cent' });
    const second = await relayOf(undefined, () => [head.postes.address]);
    expect(second.poste).toBe(poste);
    await second.run();
    expect((await readStatus(folder))?.carries.map(({ kind }) => kind)).toContain('suivi');
    // A second one in the same folder says so instead of writing.
    await expect(relayOf(undefined)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  });
});
