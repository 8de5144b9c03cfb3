import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeHost, type InternetRules } from './judge';
import { covers, namesAbove, siteOf } from './sites';

const rules = (over: Partial<InternetRules> = {}): InternetRules => ({
  mode: 'on',
  sites: new Set(),
  allowed: new Set(),
  blocked: new Set(),
  listed: () => false,
  ...over,
});

describe('the name of a site', () => {
  it.each([
    ['https://fr.vikidia.org/wiki/Chat?x=1', 'fr.vikidia.org'],
    ['www.vikidia.org', 'vikidia.org'],
    [' Vikidia.ORG. ', 'vikidia.org'],
    ['École-de-démo.fr', 'xn--cole-de-dmo-99aj.fr'],
    ['vikidia.org:8443/x', 'vikidia.org'],
    ['http://user:mot@vikidia.org/', 'vikidia.org'],
  ])('is read from %s', (typed, host) => {
    expect(siteOf(typed)).toBe(host);
  });

  it.each([
    '',
    'localhost',
    'deux mots.fr',
    'ftp://vikidia.org',
    'javascript:alert(1)',
    '192.168.1.1',
    '[::1]',
    '.fr',
    'a..fr',
    'http://0x7f.1/',
  ])('is not read from « %s »', (typed) => {
    expect(siteOf(typed)).toBeUndefined();
  });

  it('never comes out of rubbish as anything but a name', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const host = siteOf(typed);
        expect(host === undefined || /^[a-z0-9_.-]+\.[a-z0-9-]{2,}$/.test(host)).toBe(true);
        if (host !== undefined) expect(siteOf(host)).toBe(host.replace(/^www\./, ''));
      }),
    );
  });

  it('covers what is under it and nothing beside it', () => {
    expect(namesAbove('a.b.org')).toEqual(['a.b.org', 'b.org']);
    const names = new Set(['vikidia.org']);
    expect(covers(names, 'fr.vikidia.org')).toBe(true);
    expect(covers(names, 'faux-vikidia.org')).toBe(false);
    expect(covers(names, 'vikidia.org.exemple.fr')).toBe(false);
  });
});

describe('who reaches what', () => {
  const sites = new Set(['vikidia.org']);
  it('is nobody while the Internet is cut', () => {
    expect(judgeHost('vikidia.org', rules({ mode: 'off', sites, allowed: sites }))).toBe('off');
  });
  it('is the list alone under a list, but never what the school forbids', () => {
    expect(judgeHost('fr.vikidia.org', rules({ mode: 'list', sites }))).toBeUndefined();
    expect(judgeHost('exemple.fr', rules({ mode: 'list', sites, allowed: new Set(['exemple.fr']) }))).toBe(
      'not-listed',
    );
    expect(
      judgeHost('fr.vikidia.org', rules({ mode: 'list', sites, blocked: new Set(['fr.vikidia.org']) })),
    ).toBe('blocked');
  });
  it('is everything else, less the chosen categories, with the school’s exceptions', () => {
    const listed = (host: string): boolean => host.endsWith('jeux.fr');
    expect(judgeHost('exemple.fr', rules({ listed }))).toBeUndefined();
    expect(judgeHost('www.jeux.fr', rules({ listed }))).toBe('category');
    expect(judgeHost('www.jeux.fr', rules({ listed, allowed: new Set(['jeux.fr']) }))).toBeUndefined();
  });
  it('is no address: a list says nothing of it', () => {
    for (const host of ['93.184.216.34', '[2001:db8::1]', '2130706433'])
      expect(judgeHost(host, rules())).toBe('address');
  });
});
