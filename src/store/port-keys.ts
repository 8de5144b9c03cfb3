import type { Audience } from '../domain/audience';
import type { Recipient } from './recipient';

/**
 * Data keys and who can unwrap them (docs/store.md). 32-byte keys, one or more generations a database, each wrapped for the
 * machine (school audiences only), and for the P-256 pair of each entitled person and of the recovery sheet, whose private
 * half lies under Argon2id of the password or of the printed code. The newest generation writes, all that are held read.
 */
export interface Keyring {
  /** Every audience that has a key here, unwrapped or not. */
  audiences(): readonly Audience[];
  /** True for somebody who has a password here. */
  hasPerson(personId: string): boolean;
  /** True when the newest key of that audience is unwrapped and in memory. */
  has(audience: Audience): boolean;
  /** The newest: what is written now is sealed with it. @throws PreauError `KEY_MISSING` */
  dataKey(audience: Audience): Buffer;
  /**
   * Every open key, the one that writes first. Two heads who exchange a key on the same day make two of one generation: both
   * are held, and which of them writes is the same on every poste.
   * @throws PreauError `KEY_MISSING` when the newest is not open
   */
  dataKeys(audience: Audience): readonly Buffer[];
  /** The generation of each of `dataKeys`, in the same order, from 0. @throws PreauError `KEY_MISSING` */
  generations(audience: Audience): readonly number[];
  /** The generation that writes, from 0. @throws PreauError `KEY_MISSING` */
  generation(audience: Audience): number;
  /**
   * Makes a key for each new audience and wraps it for the machine (not for `perso`), and for the recovery sheet. Several are
   * written at once: all of them or none.
   * @throws PreauError `KEY_MISSING` for one that is known and locked
   */
  create(...audiences: readonly Audience[]): Promise<void>;
  /**
   * Takes in a key received from the school (introduction of a poste, restore, a `keyWrap`). Generations may come in any
   * order and twice. Wrapped for the machine, for the sheet, and for everybody here who holds another key of that audience.
   */
  add(audience: Audience, key: Buffer, generation?: number): Promise<void>;
  /**
   * Makes the next generation because somebody leaves: wrapped for the machine, the sheets, and the people who stay. What was
   * written before stays readable to whoever read it.
   * @param staying the people who hold the new key; all who hold the present one where left out
   * @returns the new generation
   * @throws PreauError `KEY_MISSING` when the present one is not open here
   */
  rotate(audience: Audience, staying?: readonly string[]): Promise<number>;
  /**
   * Destroys every key of an audience: gone from memory, and from the disk when this resolves (docs/store.md says what a file
   * system may keep all the same). Without copies elsewhere its documents are unreadable for ever.
   */
  destroy(audience: Audience): Promise<void>;
  /**
   * Wraps the audiences' keys for a person. Another password than before makes them a new pair: a reset.
   * @param chosen by the person, who is new here: it is later than a first password that somebody gave them
   */
  wrapFor(
    personId: string,
    password: string,
    audiences: readonly Audience[],
    chosen?: boolean,
  ): Promise<void>;
  /**
   * Wraps more audiences for a person who already has a password, without it: each person (and each sheet) has a
   * P-256 pair whose private half alone is under the password. Nothing happens for a person without a wrap.
   */
  entitle(personId: string, audiences: readonly Audience[]): Promise<void>;
  /** Everything the person may open stays open to them. @throws PreauError `KEY_WRONG` */
  changePassword(personId: string, from: string, to: string): Promise<void>;
  /** What opens to that person's password, for another computer of theirs: it holds no key and no password. */
  wayIn(personId: string): Recipient | undefined;
  /**
   * Takes in a way in that another poste handed over: of somebody new, or after their password was changed there. Who has
   * private notes here under another pair keeps it.
   * @param isVouched somebody stands for it whose word counts; without, only what the pair that stands here has signed
   * @returns `kept` where what stands here is as late, or stays
   */
  takeWayIn(personId: string, next: Recipient, isVouched: boolean): Promise<'taken' | 'kept' | 'unvouched'>;
  /** Takes a person's password and all their wraps away. What they unwrapped before is theirs: see `rotate`. */
  removePerson(personId: string): Promise<void>;
  /** Unwraps what that person may open. @throws PreauError `KEY_WRONG` */
  unlock(personId: string, password: string): Promise<readonly Audience[]>;
  /** Forgets the `perso` keys of a person who signed out. */
  forget(personId: string): void;
  /**
   * Makes the school's sheet, or a person's own, and wraps the open keys for it; the former one opens nothing more.
   * @returns the code to print; it is kept nowhere
   */
  createSheet(owner?: string): Promise<string>;
  /** Unwraps everything but `perso` keys of others, from the printed sheet. @throws PreauError `RECOVERY_WRONG` */
  unlockWithSheet(code: string): Promise<readonly Audience[]>;
}
