/**
 * A Cambrionix hub as a source of evidence: polled every 2 s, lost and found again by itself. What it last said keeps
 * the instant at which it said it, so that a hub that is unplugged goes stale instead of lying.
 */
import { tellsApart } from '../../../domain/cart/hub-link';
import { codeOf } from '../sources/code-of';
import { SnapshotKeeper } from '../sources/keeper';
import { alertsOf } from './alerts';
import { valueOf } from './readings';
import { parseHealth, parseIdentity, parseLimits, parseSystem } from './replies';
import { parseRow } from './rows';
import { HubSession } from './session';
import type { ChargeSource, HearSnapshot, SourceSnapshot, SwitchOutcome } from '../sources/port';
import type { SerialRoute } from '../sources/route';
import type { Timers } from '../timers';
import type { HubHealth, HubIdentity, HubLimits } from './replies';
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
/** A restart takes about 6 s; its answer is only a prompt, which may never come. */
const RESTART_ANSWER_MS = 2_000;

/** What a technician reads of a hub beside its snapshot. */
export interface HubDetails {
  readonly identity?: HubIdentity;
  readonly health?: HubHealth;
  readonly limits?: HubLimits;
}

export class CambrionixDriver implements ChargeSource {
  readonly #keeper: SnapshotKeeper;
  #details: HubDetails = {};
  #session: HubSession | undefined;
  #cancelTimer: () => void = () => undefined;
  #backOffMs = RECONNECT_FIRST_MS;
  #failedPolls = 0;
  #polls = 0;
  #hubError = false;
  #clearRestart = false;
  /** Grows with each link: an answer that belongs to an earlier one is dropped. */
  #generation = 0;

  constructor(
    private readonly route: SerialRoute,
    private readonly timers: Timers,
    hear: HearSnapshot,
  ) {
    this.#keeper = new SnapshotKeeper('hub', timers, hear, 'perPort');
  }

  get snapshot(): SourceSnapshot {
    return this.#keeper.snapshot;
  }

  get details(): HubDetails {
    return this.#details;
  }

  start(): void {
    if (this.#keeper.status !== 'stopped') return;
    this.#connect();
  }

  stop(): void {
    if (this.#keeper.status === 'stopped') return;
    this.#generation += 1;
    this.#cancelTimer();
    const session = this.#session;
    this.#session = undefined;
    this.#keeper.enter('stopped');
    session?.close();
    this.route.end?.();
  }

  async switchPort(port: number, on: boolean): Promise<SwitchOutcome> {
    const { ports } = this.#keeper.snapshot;
    if (ports.length > 0 && !ports.some((one) => one.port === port))
      return { outcome: 'impossible', why: 'noSuchPort' };
    const outcome = outcomeOf(await this.command(`mode ${on ? 'c' : 'o'} ${String(port)}`));
    // A refusal has its reason in the hub's health (`*E422` after a dip): it is read with the next poll.
    if (outcome.outcome === 'refused') this.#polls = 0;
    return outcome;
  }

  /** About 6 s without an answer, then every port is on again; the only cure of an under-voltage (`*E422`). */
  async restart(): Promise<SwitchOutcome> {
    const session = this.#session;
    if (!session) return { outcome: 'silent', why: 'closed' };
    const answered = await session.command('reboot', RESTART_ANSWER_MS);
    if (!answered.ok && answered.why === 'refused') return outcomeOf(answered);
    if (!answered.ok && answered.why === 'busy') return { outcome: 'silent', why: 'busy' };
    this.#clearRestart = true;
    this.#polls = 0;
    return { outcome: 'done' };
  }

  /**
   * A command of the hub's own (`mode s 5`, `crf`, `cef`). Refusals come back as the hub's code: after an under-voltage every mode
   * change is `*E422` until `reboot`.
   */
  command(text: string): Promise<CommandOutcome> {
    if (!/^[a-z_]{2,16}( [a-z0-9]{1,6}){0,3}$/.test(text))
      return Promise.resolve({ ok: false, why: 'closed' });
    return this.#session?.command(text) ?? Promise.resolve({ ok: false, why: 'closed' });
  }

  #connect(): void {
    this.#generation += 1;
    const generation = this.#generation;
    // While it is looked for, a lost hub stays "lost": the screen must not blink between two words.
    if (this.#keeper.status !== 'lost') this.#keeper.enter('connecting');
    this.route.open().then(
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
    this.#keeper.enter('lost', why);
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
    const another = identity.serial !== this.#details.identity?.serial;
    // The number is written down for good by whoever reads this hub: one letter that noise has changed would make it a stranger for ever.
    if (another && !(await this.#saysAgain(session, identity))) {
      if (generation === this.#generation) this.#giveUp(session, 'garbage');
      return;
    }
    if (generation !== this.#generation) return;
    if (!this.route.isOurs(identity.serial)) {
      this.#giveUp(session, 'anotherBox');
      return;
    }
    if (another) this.#keeper.forget();
    this.#details = another ? { identity } : { ...this.#details, identity };
    if (identity.boot || (answered.ok && answered.boot)) {
      this.#keeper.enter('boot', undefined, { hardware: hardwareOf(identity) });
      this.#next(BOOT_RETRY_MS, () => void this.#greet(session, generation));
      return;
    }
    const system = await session.command('system');
    const limits = await session.command('limits');
    if (generation !== this.#generation) return;
    const named = system.ok ? parseSystem(system.lines) : undefined;
    const parsedLimits = limits.ok ? parseLimits(limits.lines) : undefined;
    if (parsedLimits) this.#details = { ...this.#details, limits: parsedLimits };
    this.#polls = 0;
    await this.#poll(session, generation, hardwareOf(identity, named?.hardware));
  }

  async #saysAgain(session: HubSession, { serial }: HubIdentity): Promise<boolean> {
    const again = await session.command('id');
    return again.ok && parseIdentity(again.lines)?.serial === serial;
  }

  async #poll(session: HubSession, generation: number, hardware?: SourceSnapshot['hardware']): Promise<void> {
    const began = this.timers.now();
    if (this.#polls % HEALTH_EVERY_POLLS === 0) await this.#askHealth(session, generation);
    this.#polls += 1;
    const answered = await session.command('state');
    if (generation !== this.#generation) return;
    const rows = answered.ok ? this.#rows(answered.lines) : [];
    if (rows.length > 0) {
      this.#failedPolls = 0;
      this.#backOffMs = RECONNECT_FIRST_MS;
      const hubError = rows.some((row) => row.hubError);
      // The hub says that something is wrong, or no longer is: what, is in its health, asked with the next poll.
      if (hubError !== this.#hubError) this.#polls = 0;
      this.#hubError = hubError;
      this.#keeper.heard(
        rows.map((row) => ({ port: row.port, value: valueOf(row) })),
        {
          alerts: alertsOf(this.#details, this.#hubError),
          ...(hardware ? { hardware } : {}),
        },
      );
    } else {
      this.#failedPolls += 1;
      const why = answered.ok ? 'garbage' : answered.why;
      if (this.#failedPolls >= MAX_FAILED_POLLS) {
        this.#giveUp(session, why);
        return;
      }
      this.#keeper.enter('silent', why);
      session.resynchronise();
    }
    // A clock that is put back meanwhile makes no poll wait for the hour.
    const spent = Math.max(0, this.timers.now() - began);
    this.#next(Math.max(0, POLL_MS - spent), () => void this.#poll(session, generation));
  }

  async #askHealth(session: HubSession, generation: number): Promise<void> {
    if (this.#clearRestart) {
      // The restart was asked for by a person: its mark (`R`) is not left for them to wonder about.
      const cleared = await session.command('crf');
      if (cleared.ok) this.#clearRestart = false;
    }
    const answered = await session.command('health');
    if (generation !== this.#generation || !answered.ok) return;
    const health = parseHealth(answered.lines);
    if (health) this.#details = { ...this.#details, health };
  }

  #rows(lines: readonly string[]): PortRow[] {
    const format = this.#details.identity?.format;
    const rows = lines.map((line) => parseRow(line, format)).filter((row) => row !== undefined);
    const times = new Map<number, number>();
    for (const { port } of rows) times.set(port, (times.get(port) ?? 0) + 1);
    // A port that is named twice: one of the two was another's before noise took a digit.
    return rows.filter(({ port }) => times.get(port) === 1);
  }

  #next(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.timers.after(ms, run);
  }
}

function hardwareOf(
  { hardware, serial }: HubIdentity,
  fromSystem?: string,
): NonNullable<SourceSnapshot['hardware']> {
  return { name: hardware || fromSystem || 'Cambrionix', ...(tellsApart(serial) ? { serial } : {}) };
}

function outcomeOf(answered: CommandOutcome): SwitchOutcome {
  if (answered.ok) return answered.damaged ? { outcome: 'silent', why: 'garbage' } : { outcome: 'done' };
  if (answered.why !== 'refused') return { outcome: 'silent', why: answered.why };
  return { outcome: 'refused', code: `E${String(answered.error.code)}` };
}
