import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ safeStorage: {} }));
const { openKeychain } = await import('./keychain');

/** A keyring that reverses: enough to see what is written and what comes back. */
const keyring = {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret' as const,
  encryptStringAsync: async (text: string) => Buffer.from([...text].reverse().join('')),
  decryptStringAsync: async (bytes: Buffer) => {
    const text = [...bytes.toString()].reverse().join('');
    if (Buffer.from(text, 'base64').length !== 32) throw new Error('not ours');
    return { result: text, shouldReEncrypt: false };
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'preau-keychain-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the machine secret', () => {
  it('is made once, kept wrapped, and found again', async () => {
    const first = await openKeychain(folder, keyring, 'linux');
    expect(first.keychain).toBe('os');
    expect(Buffer.from(first.machineSecret ?? '', 'base64')).toHaveLength(32);
    expect(await readFile(join(folder, 'machine.key'), 'utf8')).not.toContain(first.machineSecret);
    expect((await stat(join(folder, 'machine.key'))).mode & 0o777).toBe(0o600);
    expect(await openKeychain(folder, keyring, 'linux')).toEqual(first);
  });

  it('is not entrusted to a keychain that protects nothing', async () => {
    const weak = { ...keyring, getSelectedStorageBackend: () => 'basic_text' as const };
    expect(await openKeychain(folder, weak, 'linux')).toEqual({ keychain: 'weak' });
    const none = { ...keyring, isAsyncEncryptionAvailable: async () => false };
    expect(await openKeychain(folder, none, 'win32')).toEqual({ keychain: 'absent' });
    await expect(stat(join(folder, 'machine.key'))).rejects.toThrow();
  });

  it('is never replaced when the keychain cannot open it', async () => {
    await writeFile(join(folder, 'machine.key'), 'of another user');
    expect(await openKeychain(folder, keyring, 'linux')).toEqual({ keychain: 'absent' });
    expect(await readFile(join(folder, 'machine.key'), 'utf8')).toBe('of another user');
  });
});
