/**
 * A Cambrionix hub as a source of evidence: polled every 2 s, lost and found again by itself. What it last said keeps
 * the instant at which it said it, so that a hub that is unplugged goes stale instead of lying.
 */
import { parseHealth, parseIdentity, parseLimits, parseSystem } from './replies';
import { parseRow } from './rows';
import { HubSession } from './session';
import type { OpenStream } from '../byte-stream';
import type { Timers } from '../timers';
import type { HubHealth, HubIdentity, HubLimits, HubSystem } from './replies';
import type { PortRow } from './rows';
import type { CommandOutcome } from './session';

/** Also what notices a lost pty: its end is reported at the next write only (real-peers 5). */
export const POLL_MS = 2_000;
/** `health` goes with every so many polls. */
export const HEALTH_EVERY_POLLS = 15;
/** A hub in boot mode is being updated by its own tool: asked again seldom. */
export const BOOT_RETRY_MS = 10_000;
/** Polls without an answer after which the link is opened anew. */
export const MAX_FAILED_POLLS = 3;
export const RECONNECT_FIRST_MS = 1_000;
export const RECONNECT_MAX_MS = 10_000;

/** `silent`: the link is open and the last poll got no usable answer. `lost`: no link; it is tried again. */
export type HubStatus = 'connecting' | 'answering' | 'silent' | 'lost' | 'boot' | 'stopped';

export interface HeardRow extends PortRow {
  /** UTC ISO instant of this computer's clock. */
  readonly at: string;
}

export interface HubSnapshot {
  readonly status: HubStatus;
  /** UTC ISO instant at which the status was entered. */
  readonly since: string;
  /** A code for `lost` and `silent`: `ENOENT`, `ECONNREFUSED`, `closed`, `silent`, `noise`, `garbage`, `refused`… */
  readonly why?: string;
  readonly identity?: HubIdentity;
  readonly system?: HubSystem;
  readonly health?: HubHealth;
  readonly limits?: HubLimits;
  /** By port number; kept when the hub is lost. */
  readonly ports: readonly HeardRow[];
}

export class CambrionixDriver {
  #snapshot: HubSnapshot;
  #session: HubSession | undefined;
  #cancelTimer: () => void = () => undefined;
  #backOffMs = RECONNECT_FIRST_MS;
  #failedPolls = 0;
  #polls = 0;
  /** Grows with each link: an answer that belongs to an earlier one is dropped. */
  #generation = 0;

  constructor(
    private readonly open: OpenStream,
    private readonly timers: Timers,
    private readonly onSnapshot: (snapshot: HubSnapshot) => void,
  ) {
    this.#snapshot = { status: 'stopped', since: this.#now(), ports: [] };
  }

  get snapshot(): HubSnapshot {
    return this.#snapshot;
  }

  start(): void {
    if (this.#snapshot.status !== 'stopped') return;
    this.#connect();
  }

  stop(): void {
    if (this.#snapshot.status === 'stopped') return;
    this.#generation += 1;
    this.#cancelTimer();
    const session = this.#session;
    this.#session = undefined;
    this.#enter('stopped');
    session?.close();
  }

  /**
   * A command of a person or of a plan (`mode c 5`, `crf`, `reboot`). Refusals come back as the hub's own code: after an
   * under-voltage every mode change is `*E422` until `reboot`.
   */
  command(text: string): Promise<CommandOutcome> {
    if (!/^[a-z_]{2,16}( [a-z0-9]{1,6}){0,3}$/.test(text))
      return Promise.resolve({ ok: false, why: 'closed' });
    return this.#session?.command(text) ?? Promise.resolve({ ok: false, why: 'closed' });
  }

  #now(): string {
    return new Date(this.timers.now()).toISOString();
  }

  #enter(status: HubStatus, why?: string, more: Partial<HubSnapshot> = {}): void {
    const { why: previousWhy, ...kept } = this.#snapshot;
    const same = kept.status === status && previousWhy === why;
    this.#snapshot = {
      ...kept,
      ...more,
      status,
      since: same ? kept.since : this.#now(),
      ...(why === undefined ? {} : { why }),
    };
    this.onSnapshot(this.#snapshot);
  }

  #connect(): void {
    this.#generation += 1;
    const generation = this.#generation;
    // While it is looked for, a lost hub stays "lost": the screen must not blink between two words.
    if (this.#snapshot.status !== 'lost') this.#enter('connecting');
    this.open().then(
      (stream) => {
        if (generation !== this.#generation) {
          stream.close();
          return;
        }
        this.#failedPolls = 0;
        const session = new HubSession(stream, this.timers, (why) => {
          if (generation === this.#generation) this.#lose(why);
        });
        this.#session = session;
        void this.#greet(session, generation);
      },
      (error: unknown) => {
        if (generation === this.#generation) this.#lose(codeOf(error));
      },
    );
  }

  #lose(why: string): void {
    this.#generation += 1;
    this.#session = undefined;
    this.#cancelTimer();
    const wait = this.#backOffMs;
    this.#backOffMs = Math.min(this.#backOffMs * 2, RECONNECT_MAX_MS);
    this.#cancelTimer = this.timers.after(wait, () => {
      this.#connect();
    });
    this.#enter('lost', why);
  }

  /** Closes a link that stands but leads to no usable hub. */
  #giveUp(session: HubSession, why: string): void {
    this.#lose(why);
    session.close();
  }

  async #greet(session: HubSession, generation: number): Promise<void> {
    const answered = await session.command('id');
    if (generation !== this.#generation) return;
    const identity = answered.ok ? parseIdentity(answered.lines) : undefined;
    if (!identity) {
      this.#giveUp(session, answered.ok ? 'garbage' : answered.why);
      return;
    }
    if (identity.boot || (answered.ok && answered.boot)) {
      this.#enter('boot', undefined, { identity });
      this.#next(BOOT_RETRY_MS, () => void this.#greet(session, generation));
      return;
    }
    const another = identity.serial !== this.#snapshot.identity?.serial;
    const system = await session.command('system');
    const limits = await session.command('limits');
    if (generation !== this.#generation) return;
    const parsedSystem = system.ok ? parseSystem(system.lines) : undefined;
    const parsedLimits = limits.ok ? parseLimits(limits.lines) : undefined;
    this.#polls = 0;
    this.#snapshot = {
      ...this.#snapshot,
      identity,
      ...(another ? { ports: [] } : {}),
      ...(parsedSystem ? { system: parsedSystem } : {}),
      ...(parsedLimits ? { limits: parsedLimits } : {}),
    };
    await this.#poll(session, generation);
  }

  async #poll(session: HubSession, generation: number): Promise<void> {
    const began = this.timers.now();
    if (this.#polls % HEALTH_EVERY_POLLS === 0) await this.#askHealth(session, generation);
    this.#polls += 1;
    const answered = await session.command('state');
    if (generation !== this.#generation) return;
    const rows = answered.ok ? this.#rows(answered.lines) : [];
    if (rows.length > 0) {
      this.#failedPolls = 0;
      this.#backOffMs = RECONNECT_FIRST_MS;
      this.#enter('answering', undefined, { ports: this.#merge(rows) });
    } else {
      this.#failedPolls += 1;
      const why = answered.ok ? 'garbage' : answered.why;
      if (this.#failedPolls >= MAX_FAILED_POLLS) {
        this.#giveUp(session, why);
        return;
      }
      this.#enter('silent', why);
      session.resynchronise();
    }
    const spent = this.timers.now() - began;
    this.#next(Math.max(0, POLL_MS - spent), () => void this.#poll(session, generation));
  }

  async #askHealth(session: HubSession, generation: number): Promise<void> {
    const answered = await session.command('health');
    if (generation !== this.#generation || !answered.ok) return;
    const health = parseHealth(answered.lines);
    if (health) this.#snapshot = { ...this.#snapshot, health };
  }

  #rows(lines: readonly string[]): PortRow[] {
    const format = this.#snapshot.identity?.format;
    return lines.map((line) => parseRow(line, format)).filter((row) => row !== undefined);
  }

  /** A row that did not come keeps its old instant, and so goes stale by itself. */
  #merge(rows: readonly PortRow[]): HeardRow[] {
    const at = this.#now();
    const byPort = new Map(this.#snapshot.ports.map((row) => [row.port, row]));
    for (const row of rows) byPort.set(row.port, { ...row, at });
    return [...byPort.values()].sort((a, b) => a.port - b.port);
  }

  #next(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.timers.after(ms, run);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'error';
}
