import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Audience } from '../../../src/domain/audience';
import { opaque } from '../../../src/domain/id';
import { createDeviceRegistry } from '../../../src/main/devices/registry';
import { installCertificates } from '../../../src/main/devices/certificates';
import { ACTION_OF_PREFIX, PARCEL_MAX_BYTES, writeParcel, type ParcelHeader } from '../../../src/exchange';
import { ANNE, ECOLE, founding, idOf, introduced, PARC, SCHOOL, type TestPoste } from '../sync/poste';

function kept(poste: TestPoste): TestPoste {
  onTestFinished(async () => {
    await poste.close(true);
    // What an introduction still had to write may come between.
    await rm(poste.folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return poste;
}
const brotli = (text: string, quality = 5): Buffer =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });

/** What a poste with a true grant and a modified client signs: any body under a right header. */
function signed(by: TestPoste, audience: Audience, body: Buffer, count = 1): Buffer {
  const { author, secretsOf } = by.mine.replica.parts;
  const grant = author && by.mine.replica.grantFor(author.poste, audience);
  const secrets = secretsOf(audience);
  if (!grant || !secrets) throw new Error('this poste writes there');
  const header: ParcelHeader = {
    v: 0,
    school: SCHOOL,
    origin: author.poste,
    audience,
    from: 1,
    to: 1,
    previous: null,
    grant: grant._id,
    key: secrets.keyId,
    codec: 'br',
    sealed: false,
    count,
    created: '2026-11-22T08:00:00.000Z',
  };
  return writeParcel(header, body, author.signer).bytes;
}

const line = (fields: string): string =>
  `{"b":{"_id":"${idOf('event', 'hostile')}","type":"note","v":1,${fields}}}`;
const nested = (depth: number): string => `"x":${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a poste of the school whose parcels are hostile', () => {
  it.each([
    ['a bomb of brotli', brotli(' '.repeat(64 * 2 ** 20), 9)],
    ['no brotli', Buffer.from('not brotli at all')],
    ['lines that are no JSON', brotli('{"b":')],
    ['a number beyond all numbers', brotli(line('"x":1e999'))],
    ['half a letter', brotli(line('"x":"\\ud800"'))],
    ['arrays 100,000 deep', brotli(line(nested(100_000)))],
    ['arrays 5,000 deep', brotli(line(nested(5_000)))],
    ['arrays 1,000 deep', brotli(line(nested(1_000)))],
    ['arrays 65 deep', brotli(line(nested(65)))],
    ['objects 900 deep', brotli(line(`"x":${'{"a":'.repeat(900)}1${'}'.repeat(900)}`))],
    [
      'a generation without room for another',
      brotli(
        `{"a":["${'0'.repeat(32)}"],"b":{"_id":"${idOf('event', 'h')}","type":"note","v":1},"g":999999999}`,
      ),
    ],
  ])('is refused %s, and stops nobody', async (_what, body) => {
    const head = kept(await founding());
    const anne = kept(await introduced(head, ANNE));
    const bytes = signed(anne, ECOLE, body);
    expect(bytes.length).toBeLessThan(PARCEL_MAX_BYTES);
    expect(await head.mine.replica.take(bytes)).toMatchObject({ kind: 'refused', reason: 'MALFORMED' });
    expect((await head.store.open(ECOLE)).all('note')).toEqual([]);
    expect(await head.mine.replica.take(signed(anne, ECOLE, brotli(line('"x":1'))))).toMatchObject({
      kind: 'taken',
      refused: [],
    });
    expect((await head.store.open(ECOLE)).all('note')).toHaveLength(1);
  });

  it.each([200_000, 1])('is refused 200,000 records in one parcel that says %i', async (said) => {
    const head = kept(await founding());
    const anne = kept(await introduced(head, ANNE));
    const count = 200_000;
    const lines = Array.from({ length: count }, (_, n) => `{"b":{"_id":"a${n}","type":"x","v":1}}`);
    const bytes = signed(anne, ECOLE, brotli(lines.join('\n')), said);
    expect(bytes.length).toBeLessThan(PARCEL_MAX_BYTES);
    const began = performance.now();
    expect(await head.mine.replica.take(bytes)).toMatchObject({ kind: 'refused', reason: 'MALFORMED' });
    // Taking them in would hold the host for more than a minute.
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('what a head’s poste writes about trust', () => {
  it('stands under ids that nobody but a head may write', async () => {
    const head = kept(await founding());
    const parc = await head.store.open(PARC);
    const registry = createDeviceRegistry(head.platform, parc);
    const device = await registry.add({ label: 'Tablette 7', kind: 'tablet' });
    await registry.revoke(device.id);
    const newId = (): string => opaque(randomBytes(9));
    const certificates = { parc, folder: join(head.folder, 'devices'), posteKey: randomBytes(32), newId };
    const named = { posteId: idOf('poste', 'x'), schoolId: SCHOOL, clock: Date.now };
    await installCertificates({ ...certificates, ...named }, randomBytes(32));
    for (const type of ['deviceRevoked', 'schoolRoot']) {
      const [held] = parc.all(type);
      const prefix = held?.body._id.split('_')[0] ?? '';
      // Else a colleague's poste writes a harmless word over it, under a kind that asks nothing.
      expect(ACTION_OF_PREFIX[prefix]).toBe('school.manage');
    }
  });
});
