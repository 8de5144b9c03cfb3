import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAudience, type Audience } from '../domain/audience';
import { PreauError } from '../domain/errors';
import { PouchAudienceDatabase } from './audience-database';
import type { DocumentBody, Store } from './port';
import type { Keyring } from './port-keys';
import { revisionKey } from './revision';
import { sealingKey } from './seal';
import type { Versions } from './versions';

export interface PouchStoreOptions {
  /** The data folder (see DataFolder); databases live in `databases/<audience>` under it. */
  readonly folder: string;
  readonly keyring: Pick<Keyring, 'dataKey'>;
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
    const key = this.options.keyring.dataKey(audience);
    return PouchAudienceDatabase.open({
      audience,
      folder: join(this.options.folder, 'databases', audience),
      sealingKey: this.options.encryption === 'none' ? null : sealingKey(key, `preau/leveldb/1/${audience}`),
      revisionKey: revisionKey(key),
      versions: this.options.versions ?? {},
    });
  }

  async list(): Promise<readonly Audience[]> {
    const names = await readdir(join(this.options.folder, 'databases')).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      },
    );
    return names.filter((name) => parseAudience(name) !== undefined).sort();
  }

  /** Closes one database and forgets its documents: the private one of a person who signed out. */
  async release(audience: Audience): Promise<void> {
    const opening = this.#open.get(audience);
    if (!opening) return;
    await (await opening).close();
    this.#open.delete(audience);
  }

  async forget(audience: Audience): Promise<void> {
    if (!parseAudience(audience)) throw new PreauError('BAD_INPUT', { path: 'audience' });
    await this.release(audience);
    await rm(join(this.options.folder, 'databases', audience), { recursive: true, force: true });
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
