import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PreauError } from '../../../src/domain/errors';
import { checkApk } from '../../../src/main/android/apk';
import { inventedApk, storedZip } from './apk-fixture';

describe('a package is looked at before it is sent', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'preau-apk-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function check(bytes: Buffer, max?: number): Promise<unknown> {
    const path = join(folder, 'file.apk');
    await writeFile(path, bytes);
    return checkApk(path, max).then(
      (apk) => ({ bytes: apk.bytes }),
      (error: unknown) => {
        if (!(error instanceof PreauError)) throw error;
        return { code: error.code, ...error.params };
      },
    );
  }

  it('takes a whole zip with an Android manifest', async () => {
    const apk = inventedApk('fr.ecole.lecture', 5000);
    expect(await check(apk)).toEqual({ bytes: apk.length });
  });

  it('says what is wrong with what is not one', async () => {
    const apk = inventedApk('fr.ecole.lecture', 5000);
    const wrong = (reason: string) => ({ code: 'PACKAGE_WRONG', reason });
    expect(await check(Buffer.alloc(0))).toEqual(wrong('empty'));
    expect(await check(Buffer.from('%PDF-1.7'))).toEqual(wrong('notApk'));
    expect(await check(apk.subarray(0, apk.length - 40))).toEqual(wrong('truncated'));
    expect(await check(storedZip([{ name: 'word/document.xml', body: Buffer.from('x') }]))).toEqual(
      wrong('notApk'),
    );
    expect(await check(storedZip([{ name: 'base.apk', body: Buffer.from('x') }]))).toEqual(wrong('bundle'));
    expect(await check(storedZip([{ name: 'BundleConfig.pb', body: Buffer.from('x') }]))).toEqual(
      wrong('bundle'),
    );
    expect(await check(apk, 1000)).toEqual({ code: 'TOO_LARGE', limit: 1000 });
  });

  it('answers something typed for any bytes that start like a zip', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(), async (noise, cut) => {
        const apk = inventedApk('fr.x', 20);
        const bytes = Buffer.concat([apk.subarray(0, cut % apk.length), Buffer.from(noise)]);
        expect(await check(bytes)).toBeTypeOf('object');
      }),
      { numRuns: 60 },
    );
  });
});
