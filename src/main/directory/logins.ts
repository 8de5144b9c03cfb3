import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Id } from '../../domain/id';
import { readLogin } from '../../domain/people/password-rules';
import { writeAtomically } from '../../store/atomic-file';

/**
 * Who an identifier is, readable before any key is: a salted hash, so that the file names nobody. Needed where the
 * computer has no keychain and the list of people cannot be shown.
 */
export interface LoginIndex {
  find(login: string): Id<'staff'> | undefined;
  remember(login: string, personId: Id<'staff'>): Promise<void>;
}

interface LoginFile {
  readonly salt: string;
  readonly logins: Record<string, Id<'staff'>>;
}

export function openLoginIndex(dataFolder: string): LoginIndex {
  const path = join(dataFolder, 'logins.json');
  let file: LoginFile = { salt: randomBytes(16).toString('base64'), logins: {} };
  try {
    file = JSON.parse(readFileSync(path, 'utf8')) as LoginFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const hash = (login: string): string =>
    createHmac('sha256', Buffer.from(file.salt, 'base64')).update(readLogin(login)).digest('base64url');
  return {
    find: (login) => file.logins[hash(login)],
    async remember(login, personId) {
      file = { ...file, logins: { ...file.logins, [hash(login)]: personId } };
      await writeAtomically(path, JSON.stringify(file));
    },
  };
}
