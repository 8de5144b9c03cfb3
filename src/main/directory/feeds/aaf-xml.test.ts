import { describe, expect, test } from 'vitest';
import type { AafObject } from '../../../domain/people/feeds/aaf-object';
import { readAaf } from './aaf-xml';
import { FEED_LIMITS } from './limits';
import { FeedRefused } from './problem';

const DOCTYPE = '<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">';
const about = (kind: string): string =>
  `<operationalAttributes><attr name="categoriePersonne"><value>${kind}</value></attr></operationalAttributes>`;
const pupil = (name = 'PONT', more = ''): string =>
  `<addRequest>${about('Eleve')}<identifier><id>12</id></identifier><attributes>` +
  `<attr name="ENTPersonJointure"><value>12</value></attr><attr name="ENTPersonNom"><value>${name}</value></attr>${more}` +
  `</attributes></addRequest>`;
const file = (body: string, doctype = DOCTYPE, declared = 'UTF-8'): string =>
  `<?xml version="1.0" encoding="${declared}"?>${doctype}<ficAlimMENESR>${body}</ficAlimMENESR>`;

async function* pieces(bytes: Buffer, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Promise.resolve(bytes.subarray(at, at + size));
  return Promise.resolve();
}
async function read(bytes: Buffer | AsyncIterable<Uint8Array>): Promise<AafObject[]> {
  const found: AafObject[] = [];
  for await (const batch of readAaf(Buffer.isBuffer(bytes) ? pieces(bytes) : bytes)) found.push(...batch);
  return found;
}
async function refusal(bytes: Buffer | AsyncIterable<Uint8Array>): Promise<unknown> {
  try {
    await read(bytes);
  } catch (error) {
    if (error instanceof FeedRefused) return error.problem;
    throw error;
  }
  return undefined;
}

describe('what is read', () => {
  test.each([
    ['UTF-8', 'utf8', 'LEBŒUF-ÉTÉ'],
    ['ISO-8859-15', 'latin1', 'LEB\u00bcUF-ÉTÉ'],
  ] as const)('%s, cut at any byte', async (declared, encoding, written) => {
    const bytes = Buffer.from(file(pupil(written), DOCTYPE, declared), encoding);
    for (const size of [1, 7, 64, 100_000]) {
      const objects: AafObject[] = [];
      for await (const batch of readAaf(pieces(bytes, size))) objects.push(...batch);
      expect(objects).toMatchObject([
        { request: 'add', kind: 'pupil', id: '12', rank: 1, values: { ENTPersonNom: ['LEBŒUF-ÉTÉ'] } },
      ]);
    }
  });

  test('what a directory may not hold is counted and never leaves the reader', async () => {
    const more =
      '<attr name="ENTEleveTransport"><value>secret</value></attr><attr name="ENTPersonMail"><value>a@b.fr</value></attr>';
    const [object] = await read(Buffer.from(file(pupil('PONT', more))));
    expect(object?.dropped).toEqual(['transport', 'email']);
    expect(JSON.stringify(object)).not.toMatch(/secret|a@b/);
  });

  test('modifications and deletions; objects of other kinds say nothing', async () => {
    const modify = `<modifyRequest>${about('Eleve')}<identifier><id>12</id></identifier><modifications><modification name="ENTPersonNom" operation="replace"><value>RIVE</value></modification></modifications></modifyRequest>`;
    const remove = `<deleteRequest>${about('PersRelEleve')}<identifier><id>9</id></identifier></deleteRequest>`;
    const other = `<addRequest>${about('MefEducNat')}<identifier><id>1</id></identifier><attributes/></addRequest>`;
    expect(await read(Buffer.from(file(modify + other + remove)))).toMatchObject([
      { request: 'modify', kind: 'pupil', id: '12', values: { ENTPersonNom: ['RIVE'] } },
      { request: 'delete', kind: 'guardian', id: '9', rank: 3, values: {} },
    ]);
  });
});

describe('what is refused', () => {
  const bomb = `<!DOCTYPE ficAlimMENESR [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">${Array.from({ length: 20 }, (_, n) => `<!ENTITY c${n} "&b;&b;&b;&b;&b;&b;">`).join('')}]>`;
  test.each([
    ['billion laughs', file(pupil('&c19;'), bomb), 'entities'],
    [
      'an external entity',
      file(pupil('&x;'), '<!DOCTYPE ficAlimMENESR [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
      'entities',
    ],
    [
      'a parameter entity',
      file(pupil(), '<!DOCTYPE f [<!ENTITY % p SYSTEM "http://exemple.invalid/x.dtd"> %p;]>'),
      'entities',
    ],
    ['an entity nobody declared', file(pupil('&x;')), 'entities'],
    ['a truncated file', file(pupil()).slice(0, -40), 'truncated'],
    ['a file cut inside a tag', file(pupil()).slice(0, 200), 'truncated'],
    ['NUL bytes', file(pupil('PO\u0000NT')), 'notXml'],
    ['XML that is not AAF', '<rss version="2.0"><channel/></rss>', 'notAaf'],
    ['a web page', '<html><body>Erreur 502</body></html>', 'notAaf'],
    ['a request that does not exist', file('<dropRequest/>'), 'notAaf'],
    ['two roots', `${file('')}<ficAlimMENESR/>`, 'notXml'],
    ['too deep', file(`<addRequest>${'<a>'.repeat(20)}`), 'tooDeep'],
    ['a value that never ends', file(pupil('A'.repeat(200_000))), 'tooLong'],
    ['a comment that never ends', file(`<!--${'x'.repeat(200_000)}`), 'tooLong'],
    ['an attribute that never ends', file(`<addRequest a="${'x'.repeat(200_000)}`), 'tooLong'],
    [
      'many attributes',
      file(`<addRequest ${Array.from({ length: 20 }, (_, n) => `a${n}="1"`).join(' ')}/>`),
      'tooLong',
    ],
    [
      'many values',
      file(pupil('PONT', `<attr name="ENTPersonClasses">${'<value>1$a</value>'.repeat(600)}</attr>`)),
      'tooLong',
    ],
    ['an encoding nobody uses', file(pupil(), DOCTYPE, 'IBM037'), 'badEncoding'],
    ['an empty file', '', 'notAaf'],
  ])('%s', async (_, text, code) => {
    expect(await refusal(Buffer.from(text))).toMatchObject({ code });
  });

  test('bytes that are not what the file says of itself', async () => {
    expect(await refusal(Buffer.from(file(pupil('ÉTÉ')), 'latin1'))).toEqual({
      code: 'badEncoding',
      encoding: 'utf-8',
    });
  });

  test('a line of a gigabyte stops within the limit, and nothing more is asked for', async () => {
    let asked = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      yield Promise.resolve(
        Buffer.from(`<?xml version="1.0"?><ficAlimMENESR><addRequest><attributes><attr name="`),
      );
      const block = Buffer.alloc(1024 * 1024, 'a');
      for (; asked < 1024; asked += 1) yield Promise.resolve(block);
    };
    const before = process.memoryUsage().rss;
    expect(await refusal(endless())).toEqual({ code: 'tooLong' });
    expect(asked).toBeLessThan(2);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    expect(FEED_LIMITS.markupLength).toBeLessThan(1024 * 1024);
  });
});
