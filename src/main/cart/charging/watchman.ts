/**
 * The watchman (docs/charging.md): holds the plan while the poste lives, and does nothing. When the pipe to the poste ends, however
 * it ended, it takes the line over, carries the plan out and leaves with everything on. It answers to nobody but the plan, the end
 * of its pipe and a poste that comes back.
 */
import { holds, isOn, readOrder, type Order } from './order';
import { OwnEyes } from './own-eyes';
import type { ChargeSource } from '../sources/port';
import type { Timers } from '../timers';

export interface WatchmanDeps {
  /** How often it looks, milliseconds of the line's time. */
  readonly lookMs: number;
  /** Of the line: real time, whatever the plan's clock. */
  readonly timers: Timers;
  /** Of the plan, milliseconds since the epoch. */
  readonly clock: () => number;
  readonly openBox: (box: Order['boxes'][number]) => ChargeSource;
  /** One line to the poste: `{"held":3}`, `{"bad":true}`. */
  readonly say: (line: string) => void;
  /** A poste is back and wants the line. */
  readonly isWanted: () => boolean;
  /** Its work is done: the process may end. Called once. */
  readonly leave: (why: 'nothingToDo' | 'everythingOn' | 'posteIsBack' | 'gaveUp') => void;
}

/** How often it looks. Milliseconds of the line's time. */
export const LOOK_MS = 1_000;
/** A hub that starts anew switches everything on, and is told again what is off. Milliseconds. */
const SAY_AGAIN_MS = 60_000;
/** A hub that refuses to switch on (`*E422`) is started anew, which switches everything on. Looks. */
const REFUSED_LOOKS = 30;
/** One that refuses again so soon is not helped by it, and everything comes on each time. Milliseconds. */
const RESTARTS_APART_MS = 10 * 60_000;
/** After the end of its plan it tries for so long. Milliseconds of the line's time. */
const PATIENCE_MS = 12 * 3_600_000;
/** A system that ends kills what has not left by then (systemd: 90 s, most others sooner). Milliseconds of the line's time. */
const ENDING_MS = 60_000;
/** A poste that ends with its system closes its pipe within this; one that lives on starts another watchman. */
const POSTE_ENDS_MS = 10_000;
/** A line longer than this is no plan. Characters. */
const MAX_LINE = 4_000_000;

interface Box {
  readonly hub: string;
  readonly source: ChargeSource;
  /** What each port was last known to be told; absent: not yet. */
  readonly told: Map<number, { readonly on: boolean; readonly at: number }>;
  readonly ports: readonly number[];
  busy: boolean;
  answered: boolean;
  /** Looks in which a port would not come on. */
  refused: number;
  /** Milliseconds of the line's time. */
  restartedAt: number;
  /** The port that gave no answer: the others come first the next time. */
  mute: number | undefined;
}

export class Watchman {
  #order: Order | undefined;
  #garbled = false;
  #text = '';
  #boxes: Box[] = [];
  /** One a cart. */
  #eyes: OwnEyes[] = [];
  #took: number | undefined;
  /** Since when the system ends. */
  #ending: number | undefined;
  #left = false;
  #cancel: () => void = () => undefined;

  constructor(private readonly deps: WatchmanDeps) {
    this.#look();
  }

  /** What came through the pipe. */
  hear(text: string): void {
    if (this.#took !== undefined) return;
    this.#text += text;
    const lines = this.#text.split('\n');
    this.#text = lines.pop() ?? '';
    if (this.#text.length > MAX_LINE) this.#text = '';
    for (const line of lines) if (line.trim() !== '') this.#take(line);
  }

  /** The system ends and this process with it: there will be nobody to switch on again what is off. Everything on, now. */
  systemEnds(): void {
    this.#ending ??= this.deps.timers.now();
  }

  /** The pipe ended: the poste is no more. */
  posteGone(): void {
    if (this.#took !== undefined || this.#left) return;
    this.#took = this.deps.timers.now();
    const order = this.#order;
    // A poste switches nothing off before its plan is held: where there never was one, all is on.
    if (!order) {
      this.#leave('nothingToDo');
      return;
    }
    this.#boxes = order.boxes.map((box) => ({
      hub: box.hub,
      source: this.deps.openBox(box),
      told: new Map(),
      ports: box.ports.map(({ port }) => port),
      busy: false,
      answered: false,
      refused: 0,
      restartedAt: Number.NEGATIVE_INFINITY,
      mute: undefined,
    }));
    this.#eyes = order.carts.map((cart) => new OwnEyes(cart, order.madeAt));
    for (const { source } of this.#boxes) source.start();
  }

  #take(line: string): void {
    const order = readOrder(line);
    // Half a plan is none: the last one no longer holds either, and what it had switched off comes on.
    this.#garbled = order === undefined;
    if (order) this.#order = order;
    this.deps.say(JSON.stringify(order ? { held: order.seq } : { bad: true }));
  }

  #look(): void {
    this.#cancel = this.deps.timers.after(this.deps.lookMs, () => {
      this.#look();
    });
    if (this.deps.isWanted()) {
      this.#leave('posteIsBack');
      return;
    }
    const now = this.deps.timers.now();
    const ending = this.#ending === undefined ? undefined : now - this.#ending;
    if (this.#took === undefined || !this.#order) {
      if (ending !== undefined && ending > POSTE_ENDS_MS) this.#leave('gaveUp');
      return;
    }
    const order = this.#planAnew(this.#order, now);
    this.#order = order;
    for (const box of this.#boxes) this.#carryOut(box, order);
    const over = this.#allOn || !holds(order, this.deps.clock());
    if (over && this.#boxes.every((box) => box.ports.every((port) => box.told.get(port)?.on === true)))
      this.#leave('everythingOn');
    else if (over && (now - this.#took > PATIENCE_MS || (ending ?? 0) > ENDING_MS)) this.#leave('gaveUp');
  }

  /** As the poste would: blind, it has to fear the most that every port may draw, and on a small circuit somebody then waits too long. */
  #planAnew(before: Order, line: number): Order {
    const now = this.deps.clock();
    // A plan that is over, and a box in the middle of its orders, are left as they are.
    if (!holds(before, now) || this.#boxes.some(({ busy }) => busy)) return before;
    for (const eyes of this.#eyes)
      for (const { hub, source } of this.#boxes)
        if (source.snapshot.status === 'answering') eyes.hear(hub, source.snapshot, now, line);
    return this.#eyes.reduce((order, eyes) => eyes.plannedAnew(order, now, line) ?? order, before);
  }

  /** Whatever the plan says. */
  get #allOn(): boolean {
    return this.#garbled || this.#ending !== undefined;
  }

  #carryOut(box: Box, order: Order): void {
    const answers = box.source.snapshot.status === 'answering';
    // A box that was away may have started anew meanwhile: everything is said again.
    if (answers && !box.answered) box.told.clear();
    box.answered = answers;
    if (!answers || box.busy) return;
    const now = this.deps.timers.now();
    const wanted = box.ports
      .map((port) => ({ port, on: this.#allOn || isOn(order, box.hub, port, this.deps.clock()) }))
      .filter(({ port, on }) => {
        const told = box.told.get(port);
        return told?.on !== on || (!on && now - told.at > SAY_AGAIN_MS);
      })
      // What goes off makes room for what comes on; a port that says nothing does not keep the others waiting.
      .sort(
        (a, b) => Number(a.on) - Number(b.on) || Number(a.port === box.mute) - Number(b.port === box.mute),
      );
    if (wanted.length === 0) return;
    box.busy = true;
    void this.#say(box, wanted).finally(() => {
      box.busy = false;
    });
  }

  async #say(box: Box, wanted: readonly { port: number; on: boolean }[]): Promise<void> {
    let stuck = false;
    for (const { port, on } of wanted) {
      if (this.#left) return;
      const { outcome } = await box.source.switchPort(port, on);
      if (outcome === 'silent') {
        box.mute = port;
        return;
      }
      if (outcome === 'refused') {
        // One relay that sticks is no reason to leave its neighbours off.
        stuck ||= on;
        continue;
      }
      // What cannot be switched is on, and stays so.
      box.told.set(port, { on: outcome === 'impossible' ? true : on, at: this.deps.timers.now() });
    }
    box.mute = undefined;
    box.refused = stuck ? box.refused + 1 : 0;
    const now = this.deps.timers.now();
    if (box.refused < REFUSED_LOOKS || now - box.restartedAt < RESTARTS_APART_MS) return;
    box.refused = 0;
    box.restartedAt = now;
    // Nothing may be left off: a hub that starts anew comes back with everything on. A strip cannot, and is asked on.
    const { outcome } = await box.source.restart();
    if (outcome === 'done') box.told.clear();
  }

  #leave(why: Parameters<WatchmanDeps['leave']>[0]): void {
    if (this.#left) return;
    this.#left = true;
    this.#cancel();
    for (const { source } of this.#boxes) source.stop();
    this.deps.leave(why);
  }
}
