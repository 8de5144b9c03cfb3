import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { safeStorage } from 'electron';
import type { StartOptions } from '../../contract/host-messages';
import type { DataFolder } from './data-folder';

export interface Keychain {
  /** `os`: a real keychain; `weak`: one that anybody with the disk can open; `absent`: none. Shown, never hidden. */
  readonly keychain: StartOptions['keychain'];
  /** 32 bytes in base64; only with `os`. */
  readonly machineSecret?: string;
}

type SafeStorage = Pick<
  typeof safeStorage,
  'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
>;

const FILE = 'machine.key';

/**
 * The secret that lets this machine open the school's audiences before anybody signs in: wrapped by the operating
 * system's keychain. Where that keychain is only `basic_text` (Linux without a keyring) it protects nothing, and
 * nothing is entrusted to it.
 */
export function keychain() {
  return ({ dataFolder }: DataFolder): Promise<Keychain> =>
    openKeychain(dataFolder, safeStorage, process.platform);
}

export async function openKeychain(
  folder: string,
  storage: SafeStorage,
  platform: NodeJS.Platform,
): Promise<Keychain> {
  if (!(await storage.isAsyncEncryptionAvailable())) return { keychain: 'absent' };
  if (platform === 'linux' && ['basic_text', 'unknown'].includes(storage.getSelectedStorageBackend())) {
    return { keychain: 'weak' };
  }
  const path = join(folder, FILE);
  const wrapped = await readIfPresent(path);
  if (!wrapped) {
    const machineSecret = randomBytes(32).toString('base64');
    await write(path, await storage.encryptStringAsync(machineSecret));
    return { keychain: 'os', machineSecret };
  }
  try {
    const { result, shouldReEncrypt } = await storage.decryptStringAsync(wrapped);
    if (shouldReEncrypt) await write(path, await storage.encryptStringAsync(result));
    return { keychain: 'os', machineSecret: result };
  } catch {
    // A locked keyring opens tomorrow, another user's never does: either way the file stays as it is, and people
    // open their audiences with their own passwords.
    return { keychain: 'absent' };
  }
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** All or nothing, also when the power goes. */
async function write(path: string, bytes: Buffer): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  await rename(temporary, path);
}
