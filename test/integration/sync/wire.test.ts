import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, constants } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { answerExchange, isExchangeAction } from '../../../sync-server/http/exchange-http';
import { parseAudience, type Audience } from '../../../src/domain/audience';
import { NONCE_LIFETIME_MS } from '../../../src/exchange/nonce';
import {
  CLASSE,
  consolidate,
  grantFor,
  member,
  PARC,
  type Member,
} from '../../../src/exchange/testing/school';
import { superviseRun, type RunOutcome } from '../../../src/main/sync/run-supervised';
import { corpusByAudience } from '../../bench/corpus';

/** What the exchange costs on the wire, over real HTTP: heads and bodies as the sockets count them, both ways. */
const CORPUS = corpusByAudience(2000);
const BASES: readonly Audience[] = [...CORPUS.keys()];
/** A head who teaches every class: whatever the corpus holds may be written by one poste. */
const CLASSES = BASES.flatMap((name) => {
  const { kind, opaque } = parseAudience(name) ?? {};
  return kind === 'classe' && opaque ? [`class_${opaque}` as const] : [];
});
const ROLES = [
  { role: 'head' as const, classIds: [] },
  { role: 'teacher' as const, classIds: CLASSES },
];
const GRANTS = ['head', 'new', 'other'].map((name) => grantFor(name, { audiences: BASES, roles: ROLES }));
const options = { audiences: BASES, grants: GRANTS };

interface Line {
  readonly url: string;
  readonly actions: string[];
  /** Bytes of HTTP since the last call, both ways. */
  bytes(): number;
}
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(to: Member): Promise<Line> {
  const sockets = new Set<Socket>();
  const actions: string[] = [];
  const server = createServer((request, response) => {
    const action = (request.url ?? '').split('/').at(-1) ?? '';
    actions.push(action);
    if (isExchangeAction(action)) void answerExchange(to.answers, action, request, response);
  });
  server.on('connection', (socket) => void sockets.add(socket));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let before = 0;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v0/schools/0751234a`,
    actions,
    bytes() {
      const now = [...sockets].reduce((sum, socket) => sum + socket.bytesRead + socket.bytesWritten, 0);
      const since = now - before;
      before = now;
      return since;
    },
  };
}

const runOver = (from: Member, line: Line, to: Member, nonce?: string): Promise<RunOutcome> =>
  superviseRun({
    replica: from.replica,
    address: { url: line.url, channel: to.name },
    identity: { poste: from.poste, signer: from.signer },
    audiences: from.audiences,
    nonce,
    stop: new AbortController(),
    stallMs: 60_000,
    now: () => '2026-11-22T08:00:00.000Z',
  });

function written(): Member {
  const head = member('head', options);
  for (const [audience, bodies] of CORPUS) for (const body of bodies) head.documents.write(audience, body);
  return head;
}

/** One brotli body, quality 11, of the same documents with `_id` and `_rev`. */
function oneBody(of: Member): number {
  const all = BASES.flatMap((audience) =>
    Object.entries(of.documents.snapshot(audience)).map(([id, [rev]]) => {
      const { _id, ...body } = of.documents.winner(audience, id)?.body ?? { _id: id };
      return { _id, _rev: rev, ...body };
    }),
  );
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  };
  return brotliCompressSync(JSON.stringify({ docs: all }), { params }).length;
}

describe('a school’s day of 2,000 documents over 27 bases', () => {
  it('takes few requests and less than one brotli body, up and down; then nothing costs one short request', async () => {
    expect(BASES).toHaveLength(27);
    const head = written();
    const commune = member('commune', { opens: 'nothing', grants: GRANTS });
    const line = await listening(commune);
    const body = oneBody(head);

    const pushed = await runOver(head, line, commune);
    expect(pushed.record.outcome).toBe('done');
    expect((pushed.record.up + pushed.record.down) / body).toBeLessThanOrEqual(0.9);
    // The first question is asked twice, once to be given something to sign.
    expect(line.actions.splice(0)).toEqual(['moved', 'moved', 'push']);

    const fresh = member('new', options);
    const pulled = await runOver(fresh, line, commune);
    expect((pulled.record.up + pulled.record.down) / body).toBeLessThanOrEqual(0.9);
    expect(line.actions.splice(0)).toEqual(['moved', 'moved', 'pull']);
    for (const audience of BASES)
      expect(fresh.documents.snapshot(audience)).toEqual(head.documents.snapshot(audience));

    line.bytes();
    const idle = await runOver(head, line, commune, pushed.nonce);
    expect(idle.counters).toMatchObject({ requests: 1, sent: 0, received: 0 });
    expect(line.actions.splice(0)).toEqual(['moved']);
    const bytes = line.bytes();
    expect(bytes).toBeLessThanOrEqual(1024);
    console.log(
      `push ${pushed.record.up + pushed.record.down}, pull ${pulled.record.up + pulled.record.down}, one body ${body}, idle ${bytes} bytes`,
    );
  }, 60_000);
});

describe('over HTTP', () => {
  it('a snapshot reaches the commune and a newcomer, who never sees the old parcels', async () => {
    const head = written();
    const commune = member('commune', { opens: 'nothing', grants: GRANTS });
    const line = await listening(commune);
    const first = await runOver(head, line, commune);
    for (const audience of BASES) expect(await consolidate(head, audience, audience)).toBeDefined();
    await runOver(head, line, commune, first.nonce);
    expect(await commune.shelf.heads(CLASSE)).toEqual(await head.shelf.heads(CLASSE));
    for (const audience of BASES) {
      if (audience === PARC) continue;
      for await (const bytes of commune.shelf.after(audience, head.poste, 0)) expect(bytes).toBeUndefined();
    }
    const fresh = member('new', options);
    const { record } = await runOver(fresh, line, commune);
    expect(record.outcome).toBe('done');
    for (const audience of BASES)
      expect(fresh.documents.snapshot(audience)).toEqual(head.documents.snapshot(audience));
  }, 60_000);

  it('a nonce that ends in mid-run is replaced, and the run goes on', async () => {
    let at = 0;
    const commune = member('commune', { opens: 'nothing', grants: GRANTS, clock: () => at });
    const line = await listening(commune);
    await runOver(written(), line, commune);
    line.actions.splice(0);
    const fresh = member('new', options);
    const vectors = commune.replica.vectors.bind(commune.replica);
    let asked = 0;
    // Between the answer that brings the vectors and the pull that is signed with its nonce.
    commune.replica.vectors = (audiences) => {
      asked += 1;
      if (asked === 2) setImmediate(() => (at = NONCE_LIFETIME_MS + 1));
      return vectors(audiences);
    };
    const outcome = await runOver(fresh, line, commune);
    expect(outcome.record.outcome).toBe('done');
    expect(line.actions.filter((action) => action === 'pull')).toHaveLength(2);
    expect(fresh.documents.snapshot(PARC)).not.toEqual({});
  }, 60_000);

  it('a poste that nobody grants anything ends with a word, not with an error', async () => {
    const commune = member('commune', { opens: 'nothing', grants: [] });
    const line = await listening(commune);
    const outcome = await runOver(member('other', { ...options, grants: [] }), line, commune);
    expect(outcome.record).toMatchObject({ outcome: 'done', sent: 0, received: 0 });
  });
});
