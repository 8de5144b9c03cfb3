import type { Clock } from '../domain/time';
import type { Actor } from '../domain/rights/actor';
import type { Handlers, PayloadOf, EventOf, Subject } from '../contract/define';
import type { StaffContract } from '../contract/staff';
import type { TraceAction } from '../domain/privacy/trace';

/** Who asks, and through which window: what every staff handler receives. */
export interface StaffCall {
  readonly actor: Actor;
  readonly connection: string;
}
export type StaffHandlers<S extends Subject> = Handlers<S, StaffCall>;

/** Randomness is handed in: the demonstration and the tests are reproducible. */
export type Random = (bytes: number) => Buffer;

/** JSON lines of opaque ids and codes a technician may read; never a name (DESIGN 2). */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export interface Logger {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** Who did what to whom, for administrators (docs/privacy.md). */
export interface Tracer {
  /**
   * Returns at once. With the school open, the entry then survives the end of the process; the disk has it a moment later.
   * @param subjects ids and codes of what it is about; anything else is dropped
   */
  trace(actor: Actor, action: TraceAction, subjects: readonly string[]): void;
}

/** Tells staff windows; `to` keeps an event from those who may not know it. */
export type Publish = <E extends EventOf<StaffContract>>(
  name: E,
  payload: PayloadOf<StaffContract, E>,
  to?: (actor: Actor) => boolean,
) => void;

/** What every capability may lean on. */
export interface Platform {
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly tracer: Tracer;
  readonly publish: Publish;
}

/** Everything that opens is disposable; closing twice is harmless. */
export interface Disposable {
  close(): Promise<void>;
}
