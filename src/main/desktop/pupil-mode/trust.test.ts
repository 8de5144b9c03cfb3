import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createIntermediate, createLeaf, createSchoolRoot } from '../../devices/ca';
import { isDoorHost, judgeDoor, printOf, readCertificate } from './trust';

const NOW = Date.parse('2026-11-22T09:00:00Z');
const DAY = 86_400_000;
const read = (pem: string): X509Certificate => new X509Certificate(pem);

function school(id = '0750001A', now = NOW) {
  const root = createSchoolRoot(id, now);
  const poste = createIntermediate(root, id, 'k3zq', now);
  const names = { host: 'preau-k3zq.local', addresses: ['192.168.1.20'] };
  const leaf = createLeaf(poste, 'k3zq', names, now);
  return { root, poste, leaf, chain: [read(leaf.certificate), read(poste.certificate)] };
}
const ours = school();
const root = read(ours.root.certificate);
const judge = (over: Partial<Parameters<typeof judgeDoor>[0]> = {}) =>
  judgeDoor({ host: '192.168.1.20', chain: ours.chain, root, now: NOW, ...over });

describe('whether a computer is of the school', () => {
  it('is said of its address and its name, today, and of another computer of the school', () => {
    expect(judge()).toBe('ours');
    expect(judge({ host: 'preau-k3zq.local' })).toBe('ours');
    expect(judge({ chain: [...ours.chain, root] })).toBe('ours');
    const next = createIntermediate(ours.root, '0750001A', 'b7xx', NOW);
    const leaf = createLeaf(
      next,
      'b7xx',
      { host: 'preau-b7xx.local', addresses: ['10.0.0.7'] },
      NOW + 40 * DAY,
    );
    const chain = [read(leaf.certificate), read(next.certificate)];
    expect(judge({ host: '10.0.0.7', chain, now: NOW + 41 * DAY })).toBe('ours');
  });

  it('is not said of another root of the same name, nor of a chain that was mixed or cut', () => {
    const other = school();
    expect(judge({ chain: other.chain })).toBe('other-school');
    expect(judge({ chain: [read(other.leaf.certificate), read(ours.poste.certificate)] })).toBe(
      'other-school',
    );
    expect(judge({ chain: ours.chain.slice(0, 1) })).toBe('other-school');
    expect(judge({ chain: [] })).toBe('broken');
    // A computer's own certificate is no authority, and an authority is no computer.
    expect(judge({ chain: [read(ours.poste.certificate), root] })).toBe('broken');
    expect(judge({ root: read(ours.leaf.certificate) })).toBe('broken');
  });

  it('is not said outside its dates or its names, nor of a place in the Internet', () => {
    expect(judge({ now: NOW - 8 * DAY })).toBe('dates');
    expect(judge({ now: NOW + 384 * DAY })).toBe('dates');
    expect(judge({ host: '192.168.1.21' })).toBe('name');
    expect(judge({ host: 'preau-autre.local' })).toBe('name');
    expect(judge({ host: 'www.exemple.fr' })).toBe('broken');
  });

  it('knows private addresses and .local names from others', () => {
    for (const host of [
      '10.1.2.3',
      '172.16.0.1',
      '172.31.9.9',
      '192.168.0.1',
      '169.254.1.1',
      '127.0.0.1',
      'preau-a.local',
    ])
      expect([host, isDoorHost(host)]).toEqual([host, true]);
    for (const host of [
      '172.32.0.1',
      '8.8.8.8',
      '193.168.1.1',
      'a.b.local',
      'local',
      '.local',
      'preau.local.fr',
      '::1',
      '',
    ])
      expect([host, isDoorHost(host)]).toEqual([host, false]);
  });

  it('prints sixteen signs of the root, and reads no certificate where there is none', () => {
    expect(printOf(root)).toMatch(/^([0-9A-F]{4} ){3}[0-9A-F]{4}$/);
    expect(printOf(read(school().root.certificate))).not.toBe(printOf(root));
    expect(readCertificate('')).toBeUndefined();
    expect(readCertificate(Buffer.from('nothing'))).toBeUndefined();
  });
});
