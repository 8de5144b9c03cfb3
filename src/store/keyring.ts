import { randomBytes } from 'node:crypto';
import type { Audience } from '../domain/audience';
import { PreauError } from '../domain/errors';
import { eraseFormer } from './atomic-file';
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
import { readKeyring, writeKeyring, writeKeyringOver, type KeyringFile, type KeyWraps } from './keyring-file';
import { generationIn, isHeld, newestFirst, only } from './key-wraps';
import { keyName } from './key-tag';
import { machineWraps, type MachineWraps } from './machine-wraps';
import { OpenKeys } from './open-keys';
import type { Keyring } from './port-keys';
import {
  changePassword,
  editionOf,
  isLater,
  makeRecipient,
  openRecipient,
  subjectOf,
  unwrapWith,
  provesItself,
  wrapFor,
  type Recipient,
} from './recipient';
import { formatRecoveryCode, parseRecoveryCode, RECOVERY_BYTES } from './recovery-code';
import { STRETCH, type StretchParameters } from './stretch';

/** What a computer brings to its keyring. */
export interface KeyringOptions {
  /** 32 random bytes that this machine's keychain keeps; undefined where it has none worth the name. */
  readonly machineSecret?: Uint8Array | undefined;
  /** What a password costs from now on, where it is not the product's own: tests that prove something else. */
  readonly stretch?: StretchParameters | undefined;
}

export interface FileKeyringOptions extends KeyringOptions {
  /** `keys.json` in the data folder. */
  readonly path: string;
}

interface NewKey {
  readonly audience: Audience;
  readonly key: Buffer;
  readonly taken: KeyWraps;
  /** The audience's, this one among them. */
  readonly all: readonly KeyWraps[];
}

/** The keyring of a poste, in `keys.json`. Changes are on the disk before they are used. */
export class FileKeyring implements Keyring {
  readonly #open = new OpenKeys();
  #pending: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly stretch: StretchParameters,
    private readonly machine: MachineWraps | undefined,
    private file: KeyringFile,
  ) {}

  /** Opens or makes the file, and unwraps what this machine may open alone. @throws PreauError `NEWER_DATA`, `BAD_INPUT` */
  static async open(options: FileKeyringOptions): Promise<FileKeyring> {
    await eraseFormer(options.path);
    const file = (await readKeyring(options.path)) ?? {
      version: 2 as const,
      machineSalt: randomBytes(16).toString('base64'),
      people: {},
      sheets: {},
      keys: {},
    };
    const machine = options.machineSecret && machineWraps(options.machineSecret, file.machineSalt);
    const keyring = new FileKeyring(options.path, options.stretch ?? STRETCH, machine, file);
    keyring.#unlockWithMachine();
    return keyring;
  }

  #unlockWithMachine(): void {
    const { machine } = this;
    if (!machine) return;
    this.#unwrapEach((audience, wraps) => machine.unwrap(audience, wraps));
  }

  /** Tries every wrap; a key of a file of version 1 gets its name. What does not open stays as it is. */
  #unwrapEach(unwrap: (audience: Audience, wraps: KeyWraps) => Buffer | undefined): readonly Audience[] {
    const opened = new Set<Audience>();
    const keys = this.#eachKey((audience, wraps) => {
      const key = unwrap(audience, wraps);
      if (!key) return wraps;
      opened.add(audience);
      const named = { ...wraps, name: keyName(key, audience) };
      this.#open.put(audience, named, key);
      return named;
    });
    this.file = { ...this.file, keys };
    return [...opened];
  }

  audiences(): readonly Audience[] {
    return Object.keys(this.file.keys);
  }

  hasPerson(personId: string): boolean {
    return personId in this.file.people;
  }

  /** True when a sheet was printed: the school's, or a person's own. */
  hasSheet(owner: string = SCHOOL): boolean {
    return owner in this.file.sheets;
  }

  has(audience: Audience): boolean {
    const newest = generationIn(this.#wrapsOf(audience));
    return this.#wrapsOf(audience).some(
      (wraps) => wraps.generation === newest && this.#keyOf(audience, wraps),
    );
  }

  dataKey(audience: Audience): Buffer {
    const [newest] = this.dataKeys(audience);
    if (!newest) throw new PreauError('KEY_MISSING', { audience });
    return newest;
  }

  dataKeys(audience: Audience): readonly Buffer[] {
    return this.#held(audience).map(({ key }) => Buffer.from(key));
  }

  generations(audience: Audience): readonly number[] {
    return this.#held(audience).map(({ wraps }) => wraps.generation);
  }

  generation(audience: Audience): number {
    return this.generations(audience)[0] ?? 0;
  }

  /** A key that nothing durable wraps is not handed out: what it sealed would be lost with this process. */
  #held(audience: Audience): readonly { readonly wraps: KeyWraps; readonly key: Buffer }[] {
    const all = this.#wrapsOf(audience);
    const held = all
      .flatMap((wraps) => {
        const key = isHeld(wraps) ? this.#keyOf(audience, wraps) : undefined;
        return key ? [{ wraps, key }] : [];
      })
      .sort((a, b) => newestFirst(a.wraps, b.wraps));
    // A newer key that is locked: what is written under an older one, somebody who left could read.
    if (held[0]?.wraps.generation !== generationIn(all)) throw new PreauError('KEY_MISSING', { audience });
    return held;
  }

  #wrapsOf(audience: Audience): readonly KeyWraps[] {
    return this.file.keys[audience] ?? [];
  }

  #keyOf(audience: Audience, wraps: KeyWraps): Buffer | undefined {
    return this.#open.get(audience, wraps);
  }

  create(...audiences: readonly Audience[]): Promise<void> {
    return this.#change(async () => {
      const absent = [...new Set(audiences)].filter((audience) => {
        if (this.has(audience)) return false;
        // Known and locked: a second key would make the first one's documents unreadable.
        if (this.#wrapsOf(audience).some(isHeld)) throw new PreauError('KEY_MISSING', { audience });
        return true;
      });
      if (absent.length === 0) return;
      await this.#take(absent.map((audience) => this.#wrap(audience, randomBytes(32), 0)));
    });
  }

  add(audience: Audience, key: Buffer, generation = 0): Promise<void> {
    return this.#change(async () => {
      if (key.length !== 32) throw new PreauError('BAD_INPUT', { path: 'key' });
      if (!Number.isSafeInteger(generation) || generation < 0)
        throw new PreauError('BAD_INPUT', { path: 'generation' });
      const same = this.#wrapsOf(audience).filter(
        (wraps) => wraps.generation === generation && isHeld(wraps),
      );
      if (same.some((wraps) => wraps.name === keyName(key, audience))) return;
      // Locked and nameless (version 1): it may be this very key.
      if (same.some((wraps) => wraps.name === '')) throw new PreauError('CONFLICT', { id: audience });
      await this.#take([this.#wrap(audience, Buffer.from(key), generation)]);
    });
  }

  rotate(audience: Audience, staying?: readonly string[]): Promise<number> {
    return this.#change(async () => {
      if (!this.has(audience)) throw new PreauError('KEY_MISSING', { audience });
      const generation = generationIn(this.#wrapsOf(audience)) + 1;
      const next = this.#wrap(audience, randomBytes(32), generation, staying);
      await this.#take([next], staying !== undefined);
      return generation;
    });
  }

  /** `staying`: who holds it, and from now on any key of this audience; who holds another one of it where left out. */
  #wrap(audience: Audience, key: Buffer, generation: number, staying?: readonly string[]): NewKey {
    // A key without a holder was never used: nobody can open it again.
    const others = this.#wrapsOf(audience).filter((wraps) => isHeld(wraps) || this.#keyOf(audience, wraps));
    const owner = ownerOf(audience);
    const stays = (person: string): boolean =>
      staying ? staying.includes(person) : others.some((wraps) => person in wraps.people);
    const subject = subjectOf(audience, generation);
    const unwrapped = { generation, name: keyName(key, audience) };
    const taken: KeyWraps = {
      ...unwrapped,
      ...(this.machine && owner === undefined && { machine: this.machine.wrap(audience, unwrapped, key) }),
      people: sealToAll(this.file.people, subject, key, personName, (person) =>
        owner === undefined ? stays(person) : isOwner(audience, person),
      ),
      sheets: sealToAll(this.file.sheets, subject, key, sheetName, (sheet) => sheetOpens(sheet, audience)),
    };
    if (generation > 0 && !isHeld(taken)) throw new PreauError('BAD_INPUT', { path: 'staying' });
    const kept = others.map((wraps) =>
      staying && owner === undefined ? { ...wraps, people: only(wraps.people, stays) } : wraps,
    );
    return { audience, key, taken, all: [taken, ...kept].sort(newestFirst) };
  }

  /** In one file, whole or not at all. */
  async #take(made: readonly NewKey[], takesAway = false): Promise<void> {
    const keys = { ...this.file.keys, ...Object.fromEntries(made.map((one) => [one.audience, one.all])) };
    await this.#save({ ...this.file, keys }, takesAway);
    for (const { audience, taken, key } of made) this.#open.put(audience, taken, key);
  }

  destroy(audience: Audience): Promise<void> {
    return this.#change(async () => {
      if (audience in this.file.keys)
        await this.#save({ ...this.file, keys: without(this.file.keys, audience) }, true);
      this.#open.forget((one) => one === audience);
    });
  }

  /**
   * @throws PreauError `FORBIDDEN` for somebody else's private notes, `KEY_MISSING` for an audience that is not open.
   * With a password other than the person's own this is a reset by somebody else: their private notes then open with
   * their own sheet only.
   */
  wrapFor(personId: string, password: string, audiences: readonly Audience[], chosen = false): Promise<void> {
    return this.#change(async () => {
      this.#demandOpen(personId, audiences);
      const known = this.file.people[personId];
      const own = known && (await openRecipient(personId, known, password)) ? known : undefined;
      const edition = known ? (known.edition ?? 0) + 1 : Number(chosen);
      const recipient = own ?? (await makeRecipient(personId, password, this.stretch, edition));
      const keys = this.#eachKey((audience, wraps) => {
        const before = wraps.people[personId];
        const people = without(wraps.people, personId);
        const key = audiences.includes(audience) ? this.#keyOf(audience, wraps) : undefined;
        if (key) {
          const wrap = wrapFor(personId, recipient, subjectOf(audience, wraps.generation), key);
          return { ...wraps, people: { ...people, [personId]: wrap } };
        }
        // The person's private notes stay theirs, whatever list of the school's audiences was given.
        const stays = isOwner(audience, personId) || audiences.includes(audience);
        return { ...wraps, people: { ...people, ...(own && before && stays && { [personId]: before }) } };
      });
      await this.#save(
        { ...this.file, people: { ...this.file.people, [personId]: recipient }, keys },
        known !== undefined,
      );
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
      let taken = false;
      const keys = this.#eachKey((audience, wraps) => {
        const key = this.#keyOf(audience, wraps);
        const before = wraps.people[personId];
        if (!key || ownerOf(audience) !== undefined) return wraps;
        if (!audiences.includes(audience)) {
          taken ||= before !== undefined;
          return { ...wraps, people: without(wraps.people, personId) };
        }
        if (before !== undefined) return wraps;
        const wrap = wrapFor(personId, recipient, subjectOf(audience, wraps.generation), key);
        return { ...wraps, people: { ...wraps.people, [personId]: wrap } };
      });
      await this.#save({ ...this.file, keys }, taken);
    });
  }

  #demandOpen(personId: string, audiences: readonly Audience[]): void {
    for (const audience of audiences) {
      if (!mayHold(audience, personId)) throw new PreauError('FORBIDDEN', { action: 'key.wrap' });
      if (!this.has(audience)) throw new PreauError('KEY_MISSING', { audience });
    }
  }

  changePassword(personId: string, from: string, to: string): Promise<void> {
    return this.#change(async () => {
      const known = this.file.people[personId];
      if (!known) throw new PreauError('KEY_WRONG');
      const recipient = await changePassword(personId, known, from, to, this.stretch);
      // The former password opens the same private key in the former bytes.
      await this.#save({ ...this.file, people: { ...this.file.people, [personId]: recipient } }, true);
    });
  }

  wayIn(personId: string): Recipient | undefined {
    return this.file.people[personId];
  }

  takeWayIn(personId: string, next: Recipient, isVouched: boolean): Promise<'taken' | 'kept' | 'unvouched'> {
    return this.#change(async () => {
      const known = this.file.people[personId];
      const isSame = known?.publicKey === next.publicKey;
      if (known && !(isSame ? isLater(next, known) : editionOf(next) > editionOf(known))) return 'kept';
      if (!isVouched && !(known && provesItself(personId, known, next))) return 'unvouched';
      const people = { ...this.file.people, [personId]: next };
      if (!known || isSame) {
        // The former password opens the same private key in the former bytes.
        await this.#save({ ...this.file, people }, known !== undefined);
        return 'taken';
      }
      const holdsNotes = Object.entries(this.file.keys).some(
        ([audience, all]) => isOwner(audience, personId) && all.some((wraps) => personId in wraps.people),
      );
      // Their own sheet alone would open them again: whoever lays another pair beside takes nothing away.
      if (holdsNotes) return 'kept';
      const keys = this.#eachKey((audience, wraps) => {
        const before = wraps.people[personId];
        const key = this.#keyOf(audience, wraps);
        if (before === undefined) return wraps;
        const others = without(wraps.people, personId);
        const subject = subjectOf(audience, wraps.generation);
        const wrap = key && wrapFor(personId, next, subject, key);
        return { ...wraps, people: { ...others, ...(wrap === undefined ? {} : { [personId]: wrap }) } };
      });
      await this.#save({ ...this.file, people, keys }, true);
      return 'taken';
    });
  }

  removePerson(personId: string): Promise<void> {
    return this.#change(async () => {
      const keys = this.#eachKey((_, wraps) => ({ ...wraps, people: without(wraps.people, personId) }));
      await this.#save({ ...this.file, people: without(this.file.people, personId), keys }, true);
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
    const opened = this.#unwrapEach((audience, wraps) => {
      const wrap = wrapOf(wraps);
      if (wrap === undefined) return undefined;
      const subject = subjectOf(audience, wraps.generation);
      try {
        return this.#keyOf(audience, wraps) ?? unwrapWith(name, recipient, privateKey, subject, wrap);
      } catch (cause) {
        throw new PreauError('DOCUMENT_TAMPERED', { id: `keys.json/${audience}` }, { cause });
      }
    });
    await this.#wrapAgainForMachine();
    return opened;
  }

  /** After a new keychain or a restore: the night run must work without anybody. */
  async #wrapAgainForMachine(): Promise<void> {
    const { machine } = this;
    if (!machine) return;
    let changed = false;
    const keys = this.#eachKey((audience, wraps) => {
      const key = this.#keyOf(audience, wraps);
      if (!key || ownerOf(audience) !== undefined || machine.unwrap(audience, wraps)) return wraps;
      changed = true;
      return { ...wraps, machine: machine.wrap(audience, wraps, key) };
    });
    if (changed) await this.#save({ ...this.file, keys });
  }

  forget(personId: string): void {
    this.#open.forget((audience) => isOwner(audience, personId));
  }

  createSheet(owner: string = SCHOOL): Promise<string> {
    return this.#change(async () => {
      const code = formatRecoveryCode(randomBytes(RECOVERY_BYTES));
      const recipient = await makeRecipient(sheetName(owner), code, this.stretch);
      const keys = this.#eachKey((audience, wraps) => {
        const sheets = without(wraps.sheets, owner);
        const key = sheetOpens(owner, audience) ? this.#keyOf(audience, wraps) : undefined;
        if (!key) return { ...wraps, sheets };
        const wrap = wrapFor(sheetName(owner), recipient, subjectOf(audience, wraps.generation), key);
        return { ...wraps, sheets: { ...sheets, [owner]: wrap } };
      });
      const former = owner in this.file.sheets;
      await this.#save({ ...this.file, sheets: { ...this.file.sheets, [owner]: recipient }, keys }, former);
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
      Object.entries(this.file.keys).map(([audience, all]) => [
        audience,
        all.map((wraps) => change(audience, wraps)),
      ]),
    );
  }

  /** `takesAway`: what stood in the file before is overwritten too. */
  async #save(file: KeyringFile, takesAway = false): Promise<void> {
    await (takesAway ? writeKeyringOver : writeKeyring)(this.path, file);
    this.file = file;
  }

  /** One change at a time: each is made from the file as the one before left it. */
  #change<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#pending.then(work);
    this.#pending = next.catch(() => undefined);
    return next;
  }
}
