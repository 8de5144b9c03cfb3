/**
 * A networked power strip as a source of evidence: what each outlet gives and whether it is on, switched one by one. Asked every 5 s.
 */
import { SnapshotKeeper } from '../sources/keeper';
import { AgentError } from './agent';
import { OFF, nameOf, readOutlets } from './reading';
import { OUTLET_TABLES, UPS_OUTPUT_SOURCE, outletOf } from './tables';
import type { ChargeSource, HearSnapshot, SourceSnapshot, SwitchOutcome } from '../sources/port';
import type { Timers } from '../timers';
import type { Agent } from './agent';
import type { Known } from './reading';

export const STRIP_POLL_MS = 5_000;
export const STRIP_RETRY_FIRST_MS = 2_000;
export const STRIP_RETRY_MAX_MS = 30_000;
/** After an order the relay moves, then the table says so: looked at so many times, so far apart. */
export const SWITCH_LOOKS = 6;
export const SWITCH_LOOK_MS = 500;
const MAX_OUTLETS = 48;

type OpenAgent = () => Promise<Agent>;

export class StripDriver implements ChargeSource {
  readonly #keeper: SnapshotKeeper;
  #known: Known | undefined;
  #cancelTimer: () => void = () => undefined;
  readonly #waiting = new Set<() => void>();
  #retryMs = STRIP_RETRY_FIRST_MS;
  #generation = 0;

  constructor(
    private readonly open: OpenAgent,
    private readonly timers: Timers,
    hear: HearSnapshot,
  ) {
    this.#keeper = new SnapshotKeeper('strip', timers, hear, 'none');
  }

  get snapshot(): SourceSnapshot {
    return this.#keeper.snapshot;
  }

  start(): void {
    if (this.#keeper.status !== 'stopped') return;
    this.#generation += 1;
    this.#keeper.enter('connecting');
    void this.#poll(this.#generation);
  }

  stop(): void {
    if (this.#keeper.status === 'stopped') return;
    this.#generation += 1;
    this.#cancelTimer();
    for (const wake of [...this.#waiting]) wake();
    this.#forget();
    this.#keeper.enter('stopped');
  }

  async switchPort(port: number, on: boolean): Promise<SwitchOutcome> {
    const known = this.#known;
    if (!known) return { outcome: 'silent', why: this.#keeper.snapshot.why ?? 'closed' };
    const instance = known.outlets.get(port);
    if (instance === undefined) return { outcome: 'impossible', why: 'noSuchPort' };
    const order = known.table?.command?.[on ? 'on' : 'off'];
    if (!known.table || !order) return { outcome: 'impossible', why: 'readOnly' };
    const wanted = on ? known.table.on : known.table.off;
    const state = `${known.table.state}.${instance}`;
    const generation = this.#generation;
    try {
      await known.agent.set(`${order.column}.${instance}`, order.value);
      for (let look = 0; look < SWITCH_LOOKS; look += 1) {
        const now = (await known.agent.get([state])).get(state);
        if (typeof now === 'number' && wanted.includes(now)) {
          this.#told(port, on);
          return { outcome: 'done' };
        }
        await this.#wait(SWITCH_LOOK_MS);
        if (generation !== this.#generation) return { outcome: 'silent', why: 'closed' };
      }
      return { outcome: 'refused', code: 'unchanged' };
    } catch (error) {
      if (error instanceof AgentError && error.code === 'refused')
        return { outcome: 'refused', code: error.status ?? 'refused' };
      return { outcome: 'silent', why: whyOf(error) };
    }
  }

  restart(): Promise<SwitchOutcome> {
    return Promise.resolve({ outcome: 'impossible', why: 'readOnly' });
  }

  /** What was just ordered is on the screen before the next poll. */
  #told(port: number, on: boolean): void {
    const { alerts } = this.#keeper.snapshot;
    this.#keeper.heard([{ port, value: on ? { portOff: false } : OFF }], { alerts });
  }

  async #poll(generation: number): Promise<void> {
    const ours = (): boolean => generation === this.#generation;
    let next = STRIP_POLL_MS;
    try {
      const known = this.#known ?? (await this.#meet());
      if (!ours()) {
        known.agent.close();
        return;
      }
      this.#known = known;
      const { values, onBattery } = await readOutlets(known);
      if (!ours()) return;
      this.#retryMs = STRIP_RETRY_FIRST_MS;
      this.#keeper.heard(values, {
        hardware: known.hardware,
        switching: known.table?.command ? 'perPort' : 'none',
        alerts: onBattery ? ['onBattery'] : [],
      });
    } catch (error) {
      if (!ours()) return;
      this.#forget();
      next = this.#retryMs;
      this.#retryMs = Math.min(this.#retryMs * 2, STRIP_RETRY_MAX_MS);
      const why = whyOf(error);
      // At its start a computer opens its own box a moment after its carts: once is no news.
      const early =
        why === 'noSecret' && next === STRIP_RETRY_FIRST_MS && this.#keeper.status === 'connecting';
      if (!early) this.#keeper.enter('lost', why);
    }
    this.#cancelTimer = this.timers.after(next, () => void this.#poll(generation));
  }

  /** Which table this strip has, and its outlets. */
  async #meet(): Promise<Known> {
    const agent = await this.open();
    try {
      for (const table of OUTLET_TABLES) {
        const states = await agent.column(table.state);
        const outlets = new Map<number, string>();
        for (const instance of states.keys()) {
          const outlet = outletOf(instance);
          // Of strips in a chain the first one is read: another is another strip.
          if (outlet >= 1 && outlet <= MAX_OUTLETS && !outlets.has(outlet)) outlets.set(outlet, instance);
        }
        if (outlets.size === 0) continue;
        const digits = table.current?.digits;
        return {
          agent,
          table,
          outlets,
          digits: digits === undefined ? new Map() : await agent.column(digits),
          hardware: await nameOf(agent, table),
        };
      }
      const ups = await agent.get([UPS_OUTPUT_SOURCE]);
      // An agent without outlets is a printer or a switch, unless it keeps the mains up for the cart.
      if (ups.size === 0) throw new AgentError('garbage', 'noOutlets');
      const hardware = await nameOf(agent, undefined);
      return { agent, table: undefined, outlets: new Map(), digits: new Map(), hardware };
    } catch (error) {
      agent.close();
      throw error;
    }
  }

  #forget(): void {
    this.#known?.agent.close();
    this.#known = undefined;
  }

  /** A pause that `stop` cuts short. */
  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const cancel = this.timers.after(ms, wake);
      this.#waiting.add(wake);
    });
  }
}

function whyOf(error: unknown): string {
  return error instanceof AgentError ? (error.status === 'noOutlets' ? 'noOutlets' : error.code) : 'error';
}
