import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startGateway } from '../../../sync-server/gateway';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { signerFrom } from '../../../src/exchange';
import { canonicalBytes } from '../../../src/exchange/canonical';
import { idOf, UAI } from '../sync/poste';

async function commune() {
  const folder = await mkdtemp(join(tmpdir(), 'preau-commune-'));
  const store = embeddedStore(folder);
  const gateway = await startGateway({ store, port: 0 });
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
