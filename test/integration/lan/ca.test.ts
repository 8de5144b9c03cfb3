import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { belongsTo, createIntermediate, createLeaf, createSchoolRoot } from '../../../src/main/devices/ca';

const NOW = Date.now();
const root = createSchoolRoot('0750001A', NOW);
const poste = createIntermediate(root, '0750001A', 'k3zq', NOW);
const folder = mkdtempSync(join(tmpdir(), 'preau-ca-'));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

/** What OpenSSL says of a leaf under the school's root; throws with its words when it refuses. */
function verify(leaf: string, ...more: string[]): string {
  const args = [
    'verify',
    '-x509_strict',
    '-purpose',
    'sslserver',
    '-CAfile',
    file('root.pem', root.certificate),
  ];
  return execFileSync(
    'openssl',
    [...args, '-untrusted', file('poste.pem', poste.certificate), ...more, file('leaf.pem', leaf)],
    { encoding: 'utf8', stdio: 'pipe' },
  );
}
const leafFor = (host: string, addresses: string[]): string =>
  createLeaf(poste, 'k3zq', { host, addresses }, NOW).certificate;

describe('the certificate authority of the school', () => {
  it('is accepted by OpenSSL in strict mode, by name and by address', () => {
    const leaf = leafFor('preau-k3zq.local', ['192.168.1.20', '127.0.0.1']);
    expect(verify(leaf, '-verify_hostname', 'preau-k3zq.local')).toContain('OK');
    expect(verify(leaf, '-verify_ip', '192.168.1.20')).toContain('OK');
  });

  it('can speak for nobody outside the school: public names and addresses are refused', () => {
    expect(() => verify(leafFor('www.impots.gouv.fr', ['10.0.0.4']))).toThrow(/permitted subtree/);
    expect(() => verify(leafFor('preau-k3zq.local', ['8.8.8.8']))).toThrow(/permitted subtree/);
  });

  it('lasts less than browsers allow, and began before a slow clock', () => {
    const leaf = new X509Certificate(leafFor('preau-k3zq.local', ['10.0.0.4']));
    const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / 86_400_000;
    expect(days).toBeLessThanOrEqual(397);
    expect(NOW - Date.parse(leaf.validFrom)).toBeGreaterThan(6 * 86_400_000);
  });

  it('knows its own key', () => {
    expect(belongsTo(root)).toBe(true);
    expect(belongsTo({ ...root, privateKey: poste.privateKey })).toBe(false);
  });
});
