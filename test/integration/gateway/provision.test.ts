import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseName } from '../../../src/domain/audience';
import { provision } from '../../../sync-server/provision';
import { writerOf } from '../../../sync-server/rules/author-roles';
import { couchStore } from '../../../sync-server/store/couch-adapter';
import { couchTokens } from '../../../sync-server/store/couch/tokens';
import { rowOf } from '../../../sync-server/store/revisions';
import { couchPeer, type CouchPeer } from '../../peers/couchdb';
import { CLASS, CLASSE, firstOf, idOf, LightPoste, PARC, secretsOf, UAI } from './light';
import { asAdmin } from './stores';

let peer: CouchPeer;
const secret = randomBytes(32);
beforeEach(async () => {
  peer = await couchPeer();
});
afterEach(() => peer.close());

const run = (options: { configure?: boolean } = {}) =>
  provision({ adminUrl: peer.adminUrl, secret, schools: [UAI], configure: true, ...options });

/** A school as its first night leaves it: keys of its open bases are known. */
async function withKeys(): Promise<void> {
  await run();
  const shelf = await couchStore({ url: peer.url, secret }).createSchool(UAI);
  for (const audience of [PARC, CLASSE]) {
    const { keyId, revisionKey } = secretsOf(audience);
    await shelf.put({
      _id: `k!${audience}!${keyId}`,
      audience,
      keyId,
      revisionKey: revisionKey.toString('base64url'),
    });
  }
}

async function as(
  name: string,
  roles: readonly string[],
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const token = await couchTokens(secret)({ name, roles });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`${peer.url}/${path}`, { ...init, headers });
}

describe('provisioning', () => {
  it('makes what only an administrator can, does nothing the second time, and puts right what differs', async () => {
    const first = await run();
    expect(first.map(({ done, what }) => `${done} ${what}`)).toEqual(
      expect.arrayContaining([
        'repaired jwt_keys',
        'created preau_gateway',
        'created commune_catalogue',
        `created preau_${UAI}_parcels`,
        'created user preau-fleet',
      ]),
    );
    expect(await run()).toEqual([]);
    // A class made in November: its key came, and the nightly run makes its base.
    await withKeys();
    const name = databaseName(UAI, CLASSE);
    expect((await run()).map(({ done, what }) => `${done} ${what}`)).toEqual([
      `created ${name}`,
      `created ${databaseName(UAI, PARC)}`,
    ]);
    await asAdmin(peer.adminUrl, `${name}/_security`, {
      method: 'PUT',
      body: JSON.stringify({ members: { roles: [] } }),
    });
    const rule = (await (await asAdmin(peer.adminUrl, `${name}/_design/preau`)).json()) as Record<
      string,
      unknown
    >;
    const looser = { ...rule, validate_doc_update: 'function () {}' };
    await asAdmin(peer.adminUrl, `${name}/_design/preau`, { method: 'PUT', body: JSON.stringify(looser) });
    expect(await run()).toEqual([{ done: 'repaired', what: `${name}: _security, _design/preau` }]);
    expect(await run()).toEqual([]);
  });

  it('says what to write into CouchDB’s settings where it may not do so itself', async () => {
    const steps = await run({ configure: false });
    expect(steps[0]).toMatchObject({ done: 'wrong', what: 'jwt_keys' });
    expect(steps[0]?.note).toContain('hmac:_default');
    expect(JSON.stringify(steps)).not.toContain(secret.toString('base64'));
  });

  it('destroys the base of a year that ended, and does not make it again', async () => {
    await withKeys();
    await run();
    const shelf = await couchStore({ url: peer.url, secret }).createSchool(UAI);
    const [key] = await shelf.range(`k!${CLASSE}!`, `k!${CLASSE}"`);
    if (key) await shelf.removeAll([key]);
    await shelf.put({ _id: `w!${CLASSE}`, want: 'destroy' });
    expect(await run()).toEqual([{ done: 'destroyed', what: databaseName(UAI, CLASSE) }]);
    expect(await run()).toEqual([]);
  });
});

describe('a base in CouchDB', () => {
  const teacher = new LightPoste('anne', [{ role: 'teacher', classIds: [CLASS] }]);
  const elsewhere = new LightPoste('marc', [{ role: 'teacher', classIds: [idOf('class', 'other')] }]);
  const plan = firstOf(CLASSE, { _id: idOf('plan', 'a'), type: 'plan', v: 1, text: 'Géométrie' });
  const roll = firstOf(CLASSE, { _id: idOf('event', 'a'), type: 'rollEntry', v: 1, state: 'absent' });
  const base = databaseName(UAI, CLASSE);
  const rolesOf = (poste: LightPoste): readonly string[] =>
    writerOf(UAI, CLASSE, poste.id, poste.grant).roles;
  const bulk = (poste: LightPoste, docs: readonly object[]): Promise<Response> =>
    as(poste.id, rolesOf(poste), `${base}/_bulk_docs`, {
      method: 'POST',
      body: JSON.stringify({ docs, new_edits: false }),
    });

  it('is closed to whoever is not of its audience, and judges each writer by its own rule', async () => {
    await withKeys();
    await run();
    expect((await fetch(`${peer.url}/${base}`)).status).toBe(401);
    expect((await as('x', ['preau:0759999z:head'], base)).status).toBe(403);
    expect((await as('x', ['preau:commune'], base)).status).toBe(403);
    expect((await as('preau-fleet', ['preau:commune'], databaseName(UAI, PARC))).status).toBe(200);

    expect(await (await bulk(teacher, [rowOf(plan), rowOf(roll)])).json()).toEqual([]);
    const [refused] = (await (
      await bulk(elsewhere, [rowOf({ ...plan, id: idOf('plan', 'b') })])
    ).json()) as object[];
    expect(refused).toMatchObject({ error: 'forbidden', reason: 'AUTHOR' });
    // The same again is harmless; another text of what stands for good is not taken, and the rest of the batch is.
    const corrected = { ...rowOf(roll), _rev: `2-${'b'.repeat(32)}`, state: 'present' };
    const second = { ...corrected, _revisions: { start: 2, ids: ['b'.repeat(32), roll.rev.slice(2)] } };
    const note = firstOf(CLASSE, { _id: idOf('item', 'c'), type: 'notice', v: 1, text: 'Sortie' });
    const rows = (await (await bulk(teacher, [rowOf(roll), second, rowOf(note)])).json()) as object[];
    expect(rows).toMatchObject([{ id: roll.id, error: 'forbidden', reason: 'APPEND_ONLY' }]);
    const kept = (await (await asAdmin(peer.adminUrl, `${base}/_all_docs`)).json()) as {
      rows: { id: string }[];
    };
    expect(kept.rows.map(({ id }) => id).sort()).toEqual(['_design/preau', roll.id, note.id, plan.id].sort());
  });

  it('takes no token that ended, was made elsewhere, or says nothing of its end', async () => {
    await run();
    const past = await couchTokens(
      secret,
      () => Date.now() - 3_600_000,
    )({ name: 'x', roles: ['preau:gateway'] });
    const foreign = await couchTokens(randomBytes(32))({ name: 'x', roles: ['preau:gateway'] });
    for (const [token, status] of [
      [past, 401],
      [foreign, 400],
      ['not.a.token', 400],
    ] as const) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(`${peer.url}/preau_gateway`, { headers })).status).toBe(status);
    }
  });
});
