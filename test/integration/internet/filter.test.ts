import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { describe, expect, it, onTestFinished } from 'vitest';
import { judgeHost, type InternetMode } from '../../../src/domain/internet/judge';
import { isListed, readDomainLists } from '../../../src/main/classroom/internet/domain-file';
import { pacFile } from '../../../src/main/classroom/internet/pac';
import { isPublic, openFilterProxy } from '../../../src/main/classroom/internet/proxy';
import { get, openSite, resolve, rooted, tunnel, WHY_NOT } from './world';

const archive = async (files: Readonly<Record<string, string>>): Promise<Buffer> =>
  gzipSync(
    await packTar(
      Object.entries(files).map(([name, text]) => ({
        header: { name, size: Buffer.byteLength(text), type: 'file' as const },
        body: text,
      })),
    ),
  );
const read = (bytes: Buffer, wanted = ['adult', 'games']) =>
  readDomainLists(Readable.from([bytes]), new Set(wanted));

async function filter(mode: InternetMode, sites: readonly string[] = []) {
  const proxy = await openFilterProxy({
    host: '127.0.0.1',
    port: 0,
    resolve,
    welcome: () => true,
    judge: ({ host }) =>
      judgeHost(host, {
        mode,
        sites: new Set(sites),
        allowed: new Set(),
        blocked: new Set(['jeux.test.org']),
        listed: () => false,
      }),
  });
  onTestFinished(() => proxy.close());
  return proxy.port;
}

describe.skipIf(!rooted)(`the filter of a lesson ${WHY_NOT}`, () => {
  it('lets through what is open, plain and secure', async () => {
    await openSite();
    const proxy = await filter('list', ['vikidia.test.org']);
    expect(await get(proxy, 'http://fr.vikidia.test.org/wiki/Chat')).toEqual({
      status: 200,
      text: 'la page',
    });
    expect(await tunnel(proxy, 'fr.vikidia.test.org:443')).toBe(200);
  });

  it('says no in a child’s words, and names nothing', async () => {
    await openSite();
    const proxy = await filter('list', ['vikidia.test.org']);
    const { status, text } = await get(proxy, 'http://monecole.test.org/<script>alert(1)</script>');
    expect(status).toBe(403);
    expect(text).toContain('n’est pas dans la liste');
    expect(text).not.toContain('monecole');
    expect(text).not.toContain('script');
    expect(await tunnel(proxy, 'monecole.test.org:443')).toBe(403);
    expect((await get(await filter('off'), 'http://fr.vikidia.test.org/')).text).toContain('en pause');
    expect((await get(await filter('on'), 'http://jeux.test.org/')).status).toBe(403);
  });

  it('leads nowhere on the school’s own network, by address, by name or by another port', async () => {
    await openSite();
    const proxy = await filter('on');
    expect((await get(proxy, 'http://127.0.0.1/')).status).toBe(403);
    expect((await get(proxy, 'http://203.0.113.80/')).status).toBe(403);
    expect((await get(proxy, 'http://xn--rus-dma.test.org/')).status).toBe(404);
    expect(await tunnel(proxy, 'xn--rus-dma.test.org:443')).not.toBe(200);
    expect(await tunnel(proxy, 'fr.vikidia.test.org:22')).toBe(403);
    expect(await tunnel(proxy, '127.0.0.1:443')).toBe(403);
    expect(await tunnel(proxy, '[::1]:443')).toBe(403);
  });
});

describe('who may be reached', () => {
  it.each([
    '10.0.0.1',
    '127.0.0.1',
    '172.16.3.4',
    '192.168.1.1',
    '169.254.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:192.168.1.1',
    '198.18.0.1',
  ])('is not %s', (address) => {
    expect(isPublic(address)).toBe(false);
  });
  it.each(['93.184.216.34', '2001:db8::1', '172.32.0.1', '203.0.113.80'])('is %s', (address) => {
    expect(isPublic(address)).toBe(true);
  });
});

describe('the lists of the university of Toulouse', () => {
  it('are read from their archive, for the categories that were chosen', async () => {
    const file = await read(
      await archive({
        'blacklists/adult/domains':
          'mauvais.example.com\npire.example.net\r\n\n# rien\nmauvais.example.com\n192.168.1.1\n',
        'blacklists/adult/urls': 'autre.example.com/page',
        'blacklists/games/domains': 'jeux.example.com\n',
        'blacklists/press/domains': 'journal.example.com\n',
        'blacklists/../../etc/domains': 'traverse.example.com\n',
      }),
    );
    expect(file.domains).toBe(3);
    expect(file.categories).toEqual([
      { name: 'adult', domains: 3 },
      { name: 'games', domains: 1 },
    ]);
    for (const host of ['mauvais.example.com', 'www.mauvais.example.com', 'jeux.example.com'])
      expect(isListed(file.bytes, host)).toBe(true);
    for (const host of [
      'example.com',
      'journal.example.com',
      'autre.example.com',
      'traverse.example.com',
      'faux-mauvais.example.com',
    ])
      expect(isListed(file.bytes, host)).toBe(false);
  });

  it('hold hundreds of thousands of names in six bytes each, found and not invented', async () => {
    const names = Array.from({ length: 300_000 }, (_, n) => `site-${n}.example.org`);
    const file = await read(await archive({ 'blacklists/adult/domains': names.join('\n') }));
    expect(file.bytes.length).toBe(300_000 * 6);
    for (let n = 0; n < 300_000; n += 997)
      expect(isListed(file.bytes, `www.site-${n}.example.org`)).toBe(true);
    for (let n = 300_000; n < 320_000; n += 1)
      expect(isListed(file.bytes, `site-${n}.example.org`)).toBe(false);
  });

  it.each([
    ['rubbish', Buffer.from('not an archive at all, whatever its name says')],
    ['an empty file', Buffer.alloc(0)],
    ['a compressed text', gzipSync('adult/domains')],
    ['half an archive', gzipSync(Buffer.alloc(4_096, 7)).subarray(0, 40)],
  ])('are refused in words where the file is %s', async (_what, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'FILE_REFUSED' });
  });

  it('are refused where a line has no end, and where nothing chosen is in them', async () => {
    await expect(
      read(await archive({ 'blacklists/adult/domains': 'a'.repeat(3_000_000) })),
    ).rejects.toMatchObject({ code: 'FILE_REFUSED' });
    await expect(
      read(await archive({ 'blacklists/press/domains': 'journal.example.com' })),
    ).rejects.toMatchObject({ code: 'FILE_REFUSED' });
  });
});

describe('what a device reads to find the filter', () => {
  const ask = (pac: string, host: string): string =>
    (
      new Function(
        'isPlainHostName',
        'dnsDomainIs',
        `${pac}; return FindProxyForURL('http://${host}/', '${host}');`,
      ) as (plain: (h: string) => boolean, under: (h: string, d: string) => boolean) => string
    )(
      (h) => !h.includes('.'),
      (h, d) => h.endsWith(d),
    );
  it('goes by the filter, straight where it does not answer, and always straight at school', () => {
    const pac = pacFile('192.168.1.20:8118');
    expect(ask(pac, 'vikidia.org')).toBe('PROXY 192.168.1.20:8118; DIRECT');
    for (const host of ['192.168.1.20', '10.1.2.3', '172.20.0.1', 'preau-k3zq.local', 'imprimante'])
      expect(ask(pac, host)).toBe('DIRECT');
    expect(ask(pac, '172.32.0.1')).toContain('PROXY');
    expect(ask(pacFile(undefined), 'vikidia.org')).toBe('DIRECT');
  });
});
