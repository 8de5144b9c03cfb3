import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startGateway, type GatewayOptions } from '../../../sync-server/gateway';
import { localToken, readSettings } from '../../../sync-server/settings';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { signerFrom } from '../../../src/exchange';
import { canonicalBytes } from '../../../src/exchange/canonical';
import { enrol as enrolLight, grantFrame, LightPoste } from '../gateway/light';
import { idOf, PARC, UAI } from '../sync/poste';

async function commune(options: Partial<GatewayOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'preau-commune-'));
  const store = embeddedStore(folder);
  const gateway = await startGateway({ store, port: 0, ...options });
  onTestFinished(async () => {
    await gateway.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { folder, gateway };
}
const school = () => ({ school: idOf('school', 'thief'), headKey: signerFrom(randomBytes(32)).publicKey });

describe('a stranger on the Internet, at the commune’s gateway', () => {
  it('makes no database by naming schools that are not enrolled', async () => {
    const { folder, gateway } = await commune();
    const before = await readdir(folder);
    for (let n = 0; n < 20; n += 1) {
      const url = `${gateway.url}/v0/schools/${String(n).padStart(7, '0')}a`;
      const body = canonicalBytes({ poste: idOf('poste', 'x'), digest: 'A'.repeat(22) });
      expect((await fetch(`${url}/moved`, { method: 'POST', body: new Uint8Array(body) })).status).toBe(404);
      expect((await fetch(`${url}/push`, { method: 'POST', body: 'x' })).status).toBe(404);
    }
    expect(await readdir(folder)).toEqual(before);
  });

  it('claims no school: not without its code, not one that is there', async () => {
    const { gateway } = await commune();
    const put = async (uai: string, body: object) =>
      (await fetch(`${gateway.url}/v0/schools/${uai}`, { method: 'PUT', body: JSON.stringify(body) })).status;
    expect(await put(UAI, { ...school(), code: 'aaaa-aaaa-aa' })).toBe(403);
    expect(await put(UAI, { ...school(), code: gateway.enrolmentCode('0751234b') })).toBe(403);
    expect(
      await put(UAI, { ...school(), school: idOf('school', 'test'), code: gateway.enrolmentCode(UAI) }),
    ).toBe(200);
    expect(await put(UAI, { ...school(), code: gateway.enrolmentCode(UAI) })).toBe(409);
    // Nor does a former head, who has the letter and the school's id, add a key of their own.
    const again = { ...school(), school: idOf('school', 'test'), code: gateway.enrolmentCode(UAI) };
    expect(await put(UAI, again)).toBe(409);
  });

  it('costs little time, however many grants that nobody signed come in one push, and stops nothing else', async () => {
    const { gateway } = await commune();
    await enrolLight(gateway.url, gateway.enrolmentCode(UAI));
    const head = new LightPoste('head');
    const junk = (n: number) => grantFrame({ ...head.grant, _id: idOf('grant', `junk ${n}`) });
    const frames = Buffer.concat(Array.from({ length: 25_000 }, (_, n) => junk(n)));
    const send = (body: Buffer) =>
      fetch(`${gateway.url}/v0/schools/${UAI}/push`, {
        method: 'POST',
        headers: { 'content-encoding': 'br' },
        body: new Uint8Array(brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })),
      });
    const began = performance.now();
    expect((await send(frames)).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(2_000);
    const body = { _id: idOf('cart', 'c'), type: 'cart', v: 1 };
    expect((await head.push(gateway.url, PARC, [body])).json).toMatchObject({ taken: 1, refused: [] });
  });

  it('does not make a silent school look as if it had exchanged, whatever poste it names', async () => {
    const { gateway } = await commune({ adminToken: 'token-of-a-test' });
    const line = async () => {
      const headers = { authorization: 'Bearer token-of-a-test' };
      const reply = await fetch(`${gateway.url}/admin/schools`, { headers });
      return ((await reply.json()) as { schools: { last: unknown }[] }).schools[0];
    };
    await enrolLight(gateway.url, gateway.enrolmentCode(UAI));
    const head = new LightPoste('head');
    await head.pushParcels(gateway.url, []);
    const question = canonicalBytes({ poste: head.id, digest: 'A'.repeat(22) });
    await head.send(gateway.url, 'moved', question);
    await head.send(gateway.url, 'moved', question, `Preau ${head.id} 0.AAAA ${'A'.repeat(86)}`);
    expect(await line()).toMatchObject({ last: null });
    await head.moved(gateway.url);
    expect(await line()).toMatchObject({ last: { poste: head.id } });
  });

  it('is answered, whatever the address is', async () => {
    const { gateway } = await commune();
    for (const path of [
      '//',
      '/v0/schools/../../x',
      '/v0/schools/%00/moved',
      `/v0/schools/${UAI}/constructor`,
    ])
      expect((await fetch(gateway.url + path, { method: 'POST', body: '{}' })).status).toBeGreaterThanOrEqual(
        400,
      );
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });
});

describe('the technician’s door of the gateway', () => {
  const asked = (url: string, path: string, authorization?: string, method = 'GET') =>
    fetch(`${url}/admin/${path}`, { method, headers: authorization === undefined ? {} : { authorization } });

  it.each([
    undefined,
    '',
    'Bearer ',
    'Bearer token-of-a-tesT',
    'Bearer token-of-a-test-',
    'Basic x',
    'token',
  ])('says nothing to %s, whatever is asked', async (authorization) => {
    const { gateway } = await commune({ adminToken: 'token-of-a-test' });
    for (const [path, method] of [
      ['schools', 'GET'],
      [`code/${UAI}`, 'POST'],
      ['nothing', 'GET'],
    ] as const) {
      const reply = await asked(gateway.url, path, authorization, method);
      expect([reply.status, await reply.json()]).toEqual([401, { code: 'FORBIDDEN' }]);
    }
    expect((await asked(gateway.url, 'schools', 'Bearer token-of-a-test')).status).toBe(200);
  });

  it('is not there without a token, nor open with an empty one', async () => {
    const without = await commune();
    expect((await asked(without.gateway.url, 'schools', 'Bearer ')).status).toBe(404);
    const empty = await commune({ adminToken: '' });
    for (const authorization of [undefined, '', 'Bearer '])
      expect((await asked(empty.gateway.url, 'schools', authorization)).status).toBe(401);
  });

  it('has a token again after the file that held it was cut, and takes no short one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preau-token-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'admin-token');
    await writeFile(path, '');
    const token = await localToken(folder);
    expect(token.length).toBeGreaterThan(30);
    expect(await localToken(folder)).toBe(token);
    expect((await readFile(path, 'utf8')).trim()).toBe(token);
    await writeFile(path, '\n');
    expect(() => readSettings({ PREAU_COMMUNE_TOKEN_FILE: path })).toThrow('PREAU_COMMUNE_TOKEN');
    expect(() => readSettings({ PREAU_COMMUNE_TOKEN: 'court' })).toThrow('PREAU_COMMUNE_TOKEN');
  });
});
