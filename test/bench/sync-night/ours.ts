import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSealed, type Audience } from '../../../src/domain/audience';
import { canonicalBytes, makeCredential } from '../../../src/exchange';
import { httpRemote, type RemoteAddress } from '../../../src/main/sync/http-remote';
import { superviseRun } from '../../../src/main/sync/run-supervised';
import { answerParent } from '../link/role';
import { schoolDay } from '../school-day';
import { benchPoste, HEAD_KEY, revisionKeysBody, SCHOOL, UAI, type BenchPoste } from './poste';

/** One run as it was seen from the school. Bodies are HTTP bodies, both ways. */
export interface RunSeen {
  readonly outcome: string;
  readonly seconds: number;
  readonly bodies: number;
  readonly sent: number;
  readonly received: number;
}
export interface PrepareInput {
  readonly url: string;
  readonly ca: string;
  readonly code: string;
  readonly folder: string;
  readonly documents: number;
}
type Name = 'first' | 'second';

/** The school's side of our measurement: two postes with real stores; the first writes a day, the second lacks it. */
export async function ours(): Promise<void> {
  const postes = new Map<Name, BenchPoste>();
  const nonces = new Map<Name, string>();
  let address: Pick<RemoteAddress, 'url' | 'channel' | 'tls'> | undefined;

  async function run(name: Name): Promise<RunSeen> {
    const poste = postes.get(name);
    if (!poste || !address) throw new Error('not prepared');
    const begun = performance.now();
    const { record, nonce } = await superviseRun({
      replica: poste.mine.replica,
      address,
      identity: poste,
      audiences: poste.audiences,
      nonce: nonces.get(name),
      stop: new AbortController(),
      stallMs: 120_000,
      now: () => new Date().toISOString(),
    });
    if (nonce) nonces.set(name, nonce);
    return {
      outcome: `${record.outcome} ${record.reason ?? ''}`.trim(),
      seconds: (performance.now() - begun) / 1000,
      bodies: record.up + record.down,
      sent: record.sent,
      received: record.received,
    };
  }

  async function giveKeys(audiences: readonly Audience[]): Promise<void> {
    const poste = postes.get('first');
    const nonce = nonces.get('first');
    if (!poste || !address || nonce === undefined)
      throw new Error('no nonce: the first run did not go through');
    const body = canonicalBytes(
      revisionKeysBody(
        poste,
        audiences.filter((name) => !isSealed(name)),
      ),
    );
    const { channel } = address;
    const credential = makeCredential(poste.signer, poste.poste, { action: 'keys', channel, nonce, body });
    await httpRemote(address).keys?.(body, credential);
  }

  answerParent({
    /** Everything that stands before the evening: enrolled, introduced, exchanged once; then the day is written. */
    async prepare({ url, ca, code, folder, documents }: PrepareInput) {
      const { audiences, documents: day } = schoolDay(documents);
      await mkdir(folder, { recursive: true });
      for (const name of ['first', 'second'] as const)
        postes.set(name, await benchPoste(join(folder, name), name, audiences));
      address = addressOf(url, ca);
      await enrol(address, code);
      const first = postes.get('first');
      if (!first) throw new Error('no first poste');
      await (await first.store.open('parc')).put({ _id: 'item_aaaaaaaaaaaaa', type: 'cartFact', v: 1 });
      const before = [await run('first'), await run('second')];
      await giveKeys(audiences);
      const outcomes = [...before, await run('first'), await run('second')].map(({ outcome }) => outcome);
      if (outcomes.some((outcome) => outcome !== 'done')) throw new Error(outcomes.join(', '));
      for (const audience of audiences) {
        const bodies = day.filter((one) => one.audience === audience).map(({ body }) => body);
        await (await first.store.open(audience)).putAll(bodies);
      }
    },
    /** The same folders in another process, which has spoken to nobody yet. */
    async reopen({ url, ca, folder, documents }: PrepareInput) {
      const { audiences } = schoolDay(documents);
      postes.set('first', await benchPoste(join(folder, 'first'), 'first', audiences));
      address = addressOf(url, ca);
    },
    run: (name: Name) => run(name),
    async close() {
      for (const poste of postes.values()) await poste.close();
    },
    /** Documents with `_id` and `_rev`, as one body of JSON would carry them. */
    async documents(name: Name) {
      const poste = postes.get(name);
      const found: { audience: Audience; _id: string; _rev: string }[] = [];
      for (const audience of poste?.audiences ?? []) {
        const database = await poste?.store.open(audience);
        for (const { record } of (await database?.changesSince(0, 1_000_000)) ?? [])
          if (!record.deleted) found.push({ audience, ...record.body, _id: record.id, _rev: record.rev });
      }
      return found.sort((a, b) => (a._id < b._id ? -1 : 1));
    },
  });
}

const addressOf = (url: string, ca: string): Pick<RemoteAddress, 'url' | 'channel' | 'tls'> => ({
  url: `${url}/v0/schools/${UAI}`,
  channel: `gateway ${UAI}`,
  tls: { ca, servername: 'poste' },
});

async function enrol(address: Pick<RemoteAddress, 'url' | 'tls'>, code: string): Promise<void> {
  const { request } = await import('node:https');
  const status = await new Promise<number>((resolve, reject) => {
    const asked = request(
      address.url,
      { method: 'PUT', headers: { 'content-type': 'application/json' }, ...address.tls },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify({ school: SCHOOL, headKey: HEAD_KEY, code }));
  });
  if (status !== 200) throw new Error(`enrolment: ${status}`);
}
