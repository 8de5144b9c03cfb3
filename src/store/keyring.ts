import { randomBytes, type KeyObject } from 'node:crypto';
import type { Audience } from '../domain/audience';
import { PreauError } from '../domain/errors';
import {
  isOwner,
  mayHold,
  ownerOf,
  personName,
  SCHOOL,
  sealToAll,
  sheetName,
  sheetOpens,
  without,
} from './entitlement';
import { readKeyring, writeKeyring, type KeyringFile, type KeyWraps } from './keyring-file';
import type { Keyring } from './port-keys';
import {
  changePassword,
  makeRecipient,
  openRecipient,
  unwrapWith,
  wrapFor,
  type Recipient,
} from './recipient';
import { formatRecoveryCode, parseRecoveryCode, RECOVERY_BYTES } from './recovery-code';
import { deriveKey, seal, sealingKey, unseal } from './seal';
import { STRETCH, type StretchParameters } from './stretch';

export interface FileKeyringOptions {
  /** `keys.json` in the data folder. */
  readonly path: string;
  /** 32 random bytes that this machine's keychain keeps; undefined where it has none worth the name. */
  readonly machineSecret?: Uint8Array | undefined;
  /** For tests, which have no third of a second to spend. */
  readonly stretch?: StretchParameters;
}

const machinePlace = (audience: Audience): Buffer => Buffer.from(`preau/machine/1|${audience}`);

/** The keyring of a poste, in `keys.json`. Changes are on the disk before they are used. */
export class FileKeyring implements Keyring {
  readonly #keys = new Map<Audience, Buffer>();
  #pending: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly stretch: StretchParameters,
    private readonly machine: KeyObject | undefined,
    private file: KeyringFile,
  ) {}

  /** Opens or makes the file, and unwraps what this machine may open alone. @throws PreauError `NEWER_DATA`, `BAD_INPUT` */
  static async open(options: FileKeyringOptions): Promise<FileKeyring> {
    const file = (await readKeyring(options.path)) ?? {
      version: 1 as const,
      machineSalt: randomBytes(16).toString('base64'),
      people: {},
      sheets: {},
      keys: {},
    };
    const machine =
      options.machineSecret &&
      sealingKey(
        deriveKey(options.machineSecret, 'preau/machine/1', Buffer.from(file.machineSalt, 'base64')),
        'wrap',
      );
    const keyring = new FileKeyring(options.path, options.stretch ?? STRETCH, machine, file);
    keyring.#unlockWithMachine();
    return keyring;
  }

  #unlockWithMachine(): void {
    if (!this.machine) return;
    for (const [audience, wraps] of Object.entries(this.file.keys)) {
      if (!wraps.machine) continue;
      try {
        this.#keys.set(
          audience,
          unseal(this.machine, Buffer.from(wraps.machine, 'base64'), machinePlace(audience)),
        );
      } catch {
        // The keychain was emptied or the folder moved: people and the sheet still open it, and `unlock` wraps it again.
      }
    }
  }

  /** Audiences whose key is in the file, open or not. */
  audiences(): readonly Audience[] {
    return Object.keys(this.file.keys);
  }

  /** People who have a password here. */
  hasPerson(personId: string): boolean {
    return personId in this.file.people;
  }

  /** True when a sheet was printed: the school's, or a person's own. */
  hasSheet(owner: string = SCHOOL): boolean {
    return owner in this.file.sheets;
  }

  has(audience: Audience): boolean {
    return this.#keys.has(audience);
  }

  /** A key that nothing durable wraps is not handed out: what it sealed would be lost with this process. */
  dataKey(audience: Audience): Buffer {
    const key = this.#keys.get(audience);
    if (!key || !this.#isHeld(audience)) throw new PreauError('KEY_MISSING', { audience });
    return Buffer.from(key);
  }

  dataKeys(audience: Audience): readonly Buffer[] {
    return [this.dataKey(audience)];
  }

  generations(audience: Audience): readonly number[] {
    this.dataKey(audience);
    return [0];
  }

  generation(audience: Audience): number {
    return this.generations(audience)[0] ?? 0;
  }

  rotate(audience: Audience): Promise<number> {
    return Promise.reject(new PreauError('KEY_MISSING', { audience }));
  }

  destroy(audience: Audience): Promise<void> {
    return this.#change(async () => {
      await this.#save({ ...this.file, keys: without(this.file.keys, audience) });
      this.#keys.get(audience)?.fill(0);
      this.#keys.delete(audience);
    });
  }

  #isHeld(audience: Audience): boolean {
    const wraps = this.file.keys[audience];
    if (!wraps) return false;
    return Boolean(wraps.machine) || Object.keys(wraps.people).length + Object.keys(wraps.sheets).length > 0;
  }

  create(audience: Audience): Promise<void> {
    return this.#change(async () => {
      if (this.#isHeld(audience) || this.has(audience)) {
        // Known and locked: a second key would make the first one's documents unreadable.
        if (!this.has(audience)) throw new PreauError('KEY_MISSING', { audience });
        return;
      }
      await this.#take(audience, randomBytes(32));
    });
  }

  add(audience: Audience, key: Buffer): Promise<void> {
    return this.#change(async () => {
      if (key.length !== 32) throw new PreauError('BAD_INPUT', { path: 'key' });
      const known = this.#keys.get(audience);
      if (known?.equals(key)) return;
      if (this.#isHeld(audience)) throw new PreauError('CONFLICT', { id: audience });
      await this.#take(audience, Buffer.from(key));
    });
  }

  async #take(audience: Audience, key: Buffer): Promise<void> {
    const owner = ownerOf(audience);
    const wraps: KeyWraps = {
      generation: 1,
      ...(this.machine && owner === undefined && { machine: this.#machineWrap(this.machine, audience, key) }),
      people: sealToAll(this.file.people, audience, key, personName, (person) => isOwner(audience, person)),
      sheets: sealToAll(this.file.sheets, audience, key, sheetName, (sheet) => sheetOpens(sheet, audience)),
    };
    await this.#save({ ...this.file, keys: { ...this.file.keys, [audience]: wraps } });
    this.#keys.set(audience, key);
  }

  #machineWrap(machine: KeyObject, audience: Audience, key: Buffer): string {
    return seal(machine, key, machinePlace(audience)).toString('base64');
  }

  /**
   * @throws PreauError `FORBIDDEN` for somebody else's private notes, `KEY_MISSING` for an audience that is not open.
   * With a password other than the person's own this is a reset by somebody else: their private notes then open with
   * their own sheet only.
   */
  wrapFor(personId: string, password: string, audiences: readonly Audience[]): Promise<void> {
    return this.#change(async () => {
      this.#demandOpen(personId, audiences);
      const known = this.file.people[personId];
      const own = known && (await openRecipient(personId, known, password)) ? known : undefined;
      const recipient = own ?? (await makeRecipient(personId, password, this.stretch));
      const keys = this.#eachKey((audience, wraps) => {
        const before = wraps.people[personId];
        const people = without(wraps.people, personId);
        const key = audiences.includes(audience) ? this.#keys.get(audience) : undefined;
        if (key)
          return { ...wraps, people: { ...people, [personId]: wrapFor(personId, recipient, audience, key) } };
        // The person's private notes stay theirs, whatever list of the school's audiences was given.
        const kept = own && before && isOwner(audience, personId) ? { [personId]: before } : {};
        return { ...wraps, people: { ...people, ...kept } };
      });
      await this.#save({ ...this.file, people: { ...this.file.people, [personId]: recipient }, keys });
    });
  }

  /**
   * The school's audiences become exactly these for that person. A wrap of a key that is not open here is left alone:
   * nobody present could make it again.
   */
  entitle(personId: string, audiences: readonly Audience[]): Promise<void> {
    return this.#change(async () => {
      const recipient = this.file.people[personId];
      if (!recipient) return;
      const keys = this.#eachKey((audience, wraps) => {
        const key = this.#keys.get(audience);
        if (!key || ownerOf(audience) !== undefined) return wraps;
        if (!audiences.includes(audience)) return { ...wraps, people: without(wraps.people, personId) };
        if (wraps.people[personId] !== undefined) return wraps;
        return {
          ...wraps,
          people: { ...wraps.people, [personId]: wrapFor(personId, recipient, audience, key) },
        };
      });
      await this.#save({ ...this.file, keys });
    });
  }

  #demandOpen(personId: string, audiences: readonly Audience[]): void {
    for (const audience of audiences) {
      if (!mayHold(audience, personId)) throw new PreauError('FORBIDDEN', { action: 'key.wrap' });
      if (!this.has(audience)) throw new PreauError('KEY_MISSING', { audience });
    }
  }

  /** Everything the person may open stays open to them. @throws PreauError `KEY_WRONG` */
  changePassword(personId: string, from: string, to: string): Promise<void> {
    return this.#change(async () => {
      const known = this.file.people[personId];
      if (!known) throw new PreauError('KEY_WRONG');
      const recipient = await changePassword(personId, known, from, to, this.stretch);
      await this.#save({ ...this.file, people: { ...this.file.people, [personId]: recipient } });
    });
  }

  /** Takes a person's wraps away. Their copy of the keys is theirs: exchanging the keys is issue 3's. */
  removePerson(personId: string): Promise<void> {
    return this.#change(async () => {
      const keys = this.#eachKey((_audience, wraps) => ({
        ...wraps,
        people: without(wraps.people, personId),
      }));
      await this.#save({ ...this.file, people: without(this.file.people, personId), keys });
    });
  }

  unlock(personId: string, password: string): Promise<readonly Audience[]> {
    return this.#change(async () => {
      const known = this.file.people[personId];
      const privateKey = known && (await openRecipient(personId, known, password));
      if (!known || !privateKey) throw new PreauError('KEY_WRONG');
      return this.#openWraps(personId, known, privateKey, (wraps) => wraps.people[personId]);
    });
  }

  async #openWraps(
    name: string,
    recipient: Recipient,
    privateKey: Buffer,
    wrapOf: (wraps: KeyWraps) => string | undefined,
  ): Promise<readonly Audience[]> {
    const opened: Audience[] = [];
    for (const [audience, wraps] of Object.entries(this.file.keys)) {
      const wrap = wrapOf(wraps);
      if (wrap === undefined) continue;
      try {
        if (!this.has(audience))
          this.#keys.set(audience, unwrapWith(name, recipient, privateKey, audience, wrap));
        opened.push(audience);
      } catch (cause) {
        throw new PreauError('DOCUMENT_TAMPERED', { id: `keys.json/${audience}` }, { cause });
      }
    }
    await this.#wrapAgainForMachine();
    return opened;
  }

  /** After a new keychain or a restore: the night run must work without anybody. */
  async #wrapAgainForMachine(): Promise<void> {
    const { machine } = this;
    if (!machine) return;
    let changed = false;
    const keys = this.#eachKey((audience, wraps) => {
      const key = this.#keys.get(audience);
      if (!key || ownerOf(audience) !== undefined || this.#opensForMachine(machine, audience, wraps))
        return wraps;
      changed = true;
      return { ...wraps, machine: this.#machineWrap(machine, audience, key) };
    });
    if (changed) await this.#save({ ...this.file, keys });
  }

  #opensForMachine(machine: KeyObject, audience: Audience, wraps: KeyWraps): boolean {
    try {
      unseal(machine, Buffer.from(wraps.machine ?? '', 'base64'), machinePlace(audience));
      return true;
    } catch {
      return false;
    }
  }

  forget(personId: string): void {
    for (const [audience, key] of this.#keys) {
      if (!isOwner(audience, personId)) continue;
      key.fill(0);
      this.#keys.delete(audience);
    }
  }

  /**
   * Makes the school's recovery sheet, or a person's own, and wraps the open keys for it. An older sheet of the same
   * owner stops working.
   * @returns the code to print; it is kept nowhere
   */
  createSheet(owner: string = SCHOOL): Promise<string> {
    return this.#change(async () => {
      const code = formatRecoveryCode(randomBytes(RECOVERY_BYTES));
      const recipient = await makeRecipient(sheetName(owner), code, this.stretch);
      const keys = this.#eachKey((audience, wraps) => {
        const sheets = without(wraps.sheets, owner);
        const key = sheetOpens(owner, audience) ? this.#keys.get(audience) : undefined;
        return {
          ...wraps,
          sheets: key ? { ...sheets, [owner]: wrapFor(sheetName(owner), recipient, audience, key) } : sheets,
        };
      });
      await this.#save({ ...this.file, sheets: { ...this.file.sheets, [owner]: recipient }, keys });
      return code;
    });
  }

  unlockWithSheet(code: string): Promise<readonly Audience[]> {
    return this.#change(async () => {
      const printed = formatRecoveryCode(parseRecoveryCode(code));
      for (const [owner, recipient] of Object.entries(this.file.sheets)) {
        const privateKey = await openRecipient(sheetName(owner), recipient, printed);
        if (privateKey)
          return this.#openWraps(sheetName(owner), recipient, privateKey, (wraps) => wraps.sheets[owner]);
      }
      throw new PreauError('RECOVERY_WRONG');
    });
  }

  #eachKey(change: (audience: Audience, wraps: KeyWraps) => KeyWraps): KeyringFile['keys'] {
    return Object.fromEntries(
      Object.entries(this.file.keys).map(([audience, wraps]) => [audience, change(audience, wraps)]),
    );
  }

  async #save(file: KeyringFile): Promise<void> {
    await writeKeyring(this.path, file);
    this.file = file;
  }

  /** One change at a time: each is made from the file as the one before left it. */
  #change<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#pending.then(work);
    this.#pending = next.catch(() => undefined);
    return next;
  }
}
