import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTokenSecret } from './store/couch/tokens';

/** Where the commune's gateway keeps what it keeps, and under which address it is reached. From the environment. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly store:
    | { readonly kind: 'embedded'; readonly folder: string }
    | { readonly kind: 'couchdb'; readonly url: string; readonly secret: Uint8Array };
  /** Files of schools; several gateways share the folder. */
  readonly files: string;
  readonly adminToken: string | undefined;
}

export class WrongSetting extends Error {
  override readonly name = 'WrongSetting';
}

/** A setting, or the file that `<name>_FILE` names: how containers are given secrets. */
function setting(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (env[name]) return env[name];
  try {
    return file ? readFileSync(file, 'utf8').trim() : undefined;
  } catch {
    throw new WrongSetting(`${name}_FILE : ce fichier ne se lit pas.`);
  }
}

/** @throws WrongSetting with a sentence for the technician */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env['PORT'] ?? '8460');
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new WrongSetting('PORT : ce n’est pas un port.');
  const folder = env['PREAU_COMMUNE_DATA'] ?? '.preau-commune';
  const url = env['COUCHDB_URL'];
  return {
    host: env['HOST'] ?? '127.0.0.1',
    port,
    store: url
      ? { kind: 'couchdb', url: plainUrl(url), secret: tokenSecret(env) }
      : { kind: 'embedded', folder },
    files: env['PREAU_COMMUNE_FILES'] ?? join(folder, 'files'),
    adminToken: adminToken(env),
  };
}

/** Characters of a token below which it is none: an empty file would open the door to everybody. */
const TOKEN_MIN = 12;

function adminToken(env: NodeJS.ProcessEnv): string | undefined {
  const token = setting(env, 'PREAU_COMMUNE_TOKEN');
  if (token !== undefined && token.length < TOKEN_MIN)
    throw new WrongSetting(`PREAU_COMMUNE_TOKEN : il faut au moins ${TOKEN_MIN} caractères.`);
  return token;
}

export function tokenSecret(env: NodeJS.ProcessEnv): Uint8Array {
  const text = setting(env, 'PREAU_COUCHDB_SECRET');
  try {
    return readTokenSecret(text ?? '');
  } catch {
    throw new WrongSetting(
      'PREAU_COUCHDB_SECRET : il faut au moins 32 octets en base64, les mêmes que dans CouchDB (docs/gateway.md).',
    );
  }
}

/** The gateway has no password: one in its address would be an administrator's, at work all day. */
function plainUrl(text: string): string {
  if (!URL.canParse(text)) throw new WrongSetting('COUCHDB_URL : ce n’est pas une adresse.');
  const url = new URL(text);
  if (url.username || url.password)
    throw new WrongSetting(
      'COUCHDB_URL : sans mot de passe ; l’administrateur ne sert qu’à « provision » (COUCHDB_ADMIN_URL).',
    );
  return text.replace(/\/$/, '');
}

/** Where a gateway that has the embedded store open is reached: its commands may run under other settings than its service. */
export const addressNote = (folder: string): string => join(folder, 'address');

/** The token by which this computer's commands speak to a gateway that has the embedded store open. Made once. */
export async function localToken(folder: string): Promise<string> {
  const path = join(folder, 'admin-token');
  const held = (await readFile(path, 'utf8').catch(() => '')).trim();
  // A power cut while it was made leaves an empty file.
  if (held.length >= TOKEN_MIN) return held;
  await mkdir(folder, { recursive: true });
  await rm(path, { force: true });
  await writeFile(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' }).catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    },
  );
  return (await readFile(path, 'utf8')).trim();
}
