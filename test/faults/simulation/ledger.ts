import type { Audience } from '../../../src/domain/audience';
import type { DocumentBody, Revision } from '../../../src/store/port';

/** One revision that somebody wrote. */
export interface Written {
  readonly audience: Audience;
  readonly id: string;
  readonly rev: Revision;
  /** The poste, by its letter. */
  readonly by: string;
  /** Its place in that poste's database: what a revocation counts by. */
  readonly seq: number;
  readonly body: DocumentBody;
  /** A document that the author had no right to write. */
  readonly forbidden: boolean;
  acknowledged: boolean;
}

/** What was written, and what was promised: the truth that replicas are held against at the end. */
export class Ledger {
  readonly #written = new Map<string, Written>();

  begin(entry: Omit<Written, 'acknowledged'>): Written {
    const key = `${entry.audience} ${entry.id} ${entry.rev}`;
    const known = this.#written.get(key);
    if (known) return known;
    const written = { ...entry, acknowledged: false };
    this.#written.set(key, written);
    return written;
  }

  wrote(audience: Audience, id: string, rev: Revision): boolean {
    return this.#written.has(`${audience} ${id} ${rev}`);
  }

  all(): readonly Written[] {
    return [...this.#written.values()];
  }

  get acknowledged(): number {
    return this.all().filter((one) => one.acknowledged).length;
  }
}
