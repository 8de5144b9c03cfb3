import type { Instant } from '../time';
import type { Id } from '../id';
import type { BatteryFact, Binding, LifeState, PairingCheck } from './life-cycle';
import type { Accessory } from './record';

/** An accessory with what its facts say of it. */
export interface AccessoryStanding extends Accessory {
  readonly state: LifeState;
  /** When it was said to be so; absent when nobody said anything. */
  readonly since: Instant | undefined;
  /** Of one that is missing: the class that had it last. */
  readonly class: Id<'class'> | undefined;
  readonly binding: Binding | null;
  /** Two postes that were apart bound it to two things. */
  readonly bindingDisputed: boolean;
  /** When it was bound, and how it was made sure that it works. */
  readonly paired: { readonly at: Instant; readonly check: PairingCheck | undefined } | undefined;
  /** What a person last said of its battery. */
  readonly battery: { readonly level: BatteryFact['level']; readonly at: Instant } | undefined;
}
