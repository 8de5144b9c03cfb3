import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PreauError } from '../domain/errors';

const BYTES = 32;

/**
 * What stands in for a keychain on a computer where nobody signs in: 32 bytes, in a file the system hands over
 * (`PREAU_RELAY_SECRET_FILE`: systemd's `LoadCredentialEncrypted`, a container's secret), else made once beside the data.
 * Beside the data it protects nothing from who takes the whole disk: of the school's life that is what the commune may
 * read too, and nothing that is sealed (docs/relay.md).
 * @throws PreauError `BAD_INPUT` for a file that is not that
 */
export async function machineSecret(folder: string, path: string | undefined): Promise<Buffer> {
  const file = path ?? join(folder, 'machine-secret');
  if (path === undefined) {
    // Never over one that is there: it is the only one that opens the folder.
    await writeFile(file, `${randomBytes(BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
  const secret = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64');
  if (secret.length < BYTES) throw new PreauError('BAD_INPUT', { path: 'PREAU_RELAY_SECRET_FILE' });
  return secret;
}
