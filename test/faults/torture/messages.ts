import type { Audience } from '../../../src/domain/audience';
import type { LanAddress } from '../../../src/main/postes/peer-probe';

/** What the conductor of a torture says to its processes, and what they say back. */
export type Command =
  | { readonly do: 'near'; readonly near: readonly LanAddress[] }
  /** Write and exchange without a pause; in each round people change other documents, which stay less than 50 revisions deep. */
  | { readonly do: 'live'; readonly round: number }
  /** End what is under way and stop. */
  | { readonly do: 'rest' }
  | { readonly do: 'run' }
  | { readonly do: 'holdings' };

/** Every leaf of an audience's documents, and what stands behind each. */
export interface Holding {
  readonly id: string;
  readonly rev: string;
  readonly ancestors: readonly string[];
}

export type Word =
  | { readonly kind: 'ready'; readonly port: number; readonly code?: string }
  /** Durable: said after the promise of the write. */
  | { readonly kind: 'written'; readonly audience: Audience; readonly id: string; readonly rev: string }
  | { readonly kind: 'disk-full' }
  | { readonly kind: 'broken'; readonly error: string }
  | { readonly kind: 'resting' }
  | {
      readonly kind: 'ran';
      readonly outcome: string;
      readonly moved: number;
      readonly waiting: number;
      readonly refused: number;
    }
  | {
      readonly kind: 'holdings';
      readonly audiences: readonly { readonly audience: Audience; readonly leaves: readonly Holding[] }[];
    };
