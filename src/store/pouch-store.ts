import { randomBytes } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAudience, type Audience } from '../domain/audience';
import { isPreauError, PreauError } from '../domain/errors';
import { syncDirectory } from './atomic-file';
import { PouchAudienceDatabase } from './audience-database';
import { forgetUpgradeCopies } from './data-folder';
import { DatabaseKeys } from './database-keys';
import { DATABASES, deleteWhole } from './database-folder';
import type { DocumentBody, Store } from './port';
import type { Keyring } from './port-keys';
import type { Versions } from './versions';

export interface PouchStoreOptions {
  /** The data folder (see DataFolder); databases live in `databases/<audience>` under it. */
  readonly folder: string;
  readonly keyring: Pick<Keyring, 'dataKeys'>;
  readonly versions?: Versions;
  /** Retention (src/domain/retention): whether a document, brought up to date, has no reason to be held any more on that day. */
  readonly isExpired?: (body: DocumentBody, day: string) => boolean;
  /** The school's day, `YYYY-MM-DD`: what is expired under it is taken in as expired. Undefined before there is one. */
  readonly horizon?: () => string | undefined;
  /** `none` is for the one test that shows the at-rest search finds what it looks for. */
  readonly encryption?: 'aes-256-gcm' | 'none';
}

/** The store of a poste. The data folder must be locked by its caller (DataFolder.open). */
export class PouchStore implements Store {
  readonly #open = new Map<Audience, Promise<PouchAudienceDatabase>>();
  /** Databases whose files are being deleted. */
  readonly #leaving = new Map<Audience, Promise<void>>();
  #closed = false;

  constructor(private readonly options: PouchStoreOptions) {}

  async open(audience: Audience): Promise<PouchAudienceDatabase> {
    if (this.#closed) throw new PreauError('STOPPING');
    const known = this.#open.get(audience);
    if (known) return known;
    const opening = this.#start(audience);
    this.#open.set(audience, opening);
    // A failed opening is not remembered: the key may come, the disk may get room.
    opening.catch(() => this.#open.delete(audience));
    return opening;
  }

  async #start(audience: Audience): Promise<PouchAudienceDatabase> {
    // It becomes a folder's name.
    if (!parseAudience(audience)) throw new PreauError('BAD_INPUT', { path: 'audience' });
    await this.#leaving.get(audience);
    return this.#openFolder(audience).catch(async (error: unknown) => {
      const isNotes = parseAudience(audience)?.kind === 'perso';
      if (!isNotes || !isPreauError(error) || error.code !== 'KEY_WRONG') throw error;
      // Notes from before their owner's password was set anew by somebody else, without a sheet: nobody opens them, and nobody
      // but their owner may say that they go. They stay beside the new ones.
      const folder = this.#folderOf(audience);
      await rename(folder, `${folder}.former-${randomBytes(6).toString('hex')}`);
      await syncDirectory(join(this.options.folder, DATABASES));
      return this.#openFolder(audience);
    });
  }

  async #openFolder(audience: Audience): Promise<PouchAudienceDatabase> {
    const { keyring, versions = {}, encryption, isExpired, horizon } = this.options;
    return PouchAudienceDatabase.open({
      audience,
      folder: this.#folderOf(audience),
      keys: new DatabaseKeys(audience, () => keyring.dataKeys(audience)),
      readable: encryption === 'none',
      versions,
      isExpired,
      horizon,
      onExpired: () => forgetUpgradeCopies(this.options.folder),
    });
  }

  async list(): Promise<readonly Audience[]> {
    const names = await readdir(join(this.options.folder, DATABASES)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      },
    );
    return names.filter((name) => parseAudience(name) !== undefined).sort();
  }

  async release(audience: Audience): Promise<void> {
    const opening = this.#open.get(audience);
    if (!opening) return;
    await (await opening).close();
    this.#open.delete(audience);
  }

  async forget(audience: Audience): Promise<void> {
    if (!parseAudience(audience)) throw new PreauError('BAD_INPUT', { path: 'audience' });
    const before = this.#leaving.get(audience);
    const leaving = (before ?? Promise.resolve()).then(() => this.#delete(audience));
    const settled = leaving.catch(() => undefined);
    this.#leaving.set(audience, settled);
    await leaving.finally(() => {
      if (this.#leaving.get(audience) === settled) this.#leaving.delete(audience);
    });
  }

  async #delete(audience: Audience): Promise<void> {
    await this.release(audience).catch(() => this.#open.delete(audience));
    await deleteWhole(this.#folderOf(audience));
    await forgetUpgradeCopies(this.options.folder);
  }

  #folderOf(audience: Audience): string {
    return join(this.options.folder, DATABASES, audience);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#open.values()].map((opening) =>
        opening.then(
          (one) => one.close(),
          () => undefined,
        ),
      ),
    );
    this.#open.clear();
  }
}
