import type { Audience } from '../domain/audience';

/**
 * Data keys and who can unwrap them (docs/store.md). One 32-byte key a database, wrapped for the machine (school audiences
 * only), and for the P-256 pair of each entitled person and of the recovery sheet, whose private half lies under Argon2id
 * of the password or of the printed code.
 */
export interface Keyring {
  /** Every audience that has a key here, unwrapped or not. */
  audiences(): readonly Audience[];
  /** True for somebody who has a password here. */
  hasPerson(personId: string): boolean;
  /** True when the key of that audience is unwrapped and in memory. */
  has(audience: Audience): boolean;
  /** @throws PreauError `KEY_MISSING` */
  dataKey(audience: Audience): Buffer;
  /** Makes a key for a new audience and wraps it for the machine (not for `perso`), and for the recovery sheet. */
  create(audience: Audience): Promise<void>;
  /** Takes in a key received from the school (introduction of a poste, restore). */
  add(audience: Audience, key: Buffer): Promise<void>;
  /** Wraps the audiences' keys for a person. Another password than before makes them a new pair: a reset. */
  wrapFor(personId: string, password: string, audiences: readonly Audience[]): Promise<void>;
  /**
   * Wraps more audiences for a person who already has a password, without it: each person (and each sheet) has a
   * P-256 pair whose private half alone is under the password. Nothing happens for a person without a wrap.
   */
  entitle(personId: string, audiences: readonly Audience[]): Promise<void>;
  /** Everything the person may open stays open to them. @throws PreauError `KEY_WRONG` */
  changePassword(personId: string, from: string, to: string): Promise<void>;
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
