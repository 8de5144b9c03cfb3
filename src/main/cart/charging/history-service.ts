/**
 * Follows every port that is measured and every device that says its level, and writes what is worth keeping when a charge or a
 * use has ended. Rows and levels themselves are telemetry and stay in memory.
 */
import { instantOf } from '../../../domain/cart/evidence';
import { heatAfter, isTooHot, type Heat } from '../../../domain/cart/heat';
import type { ChargeReading } from '../../../domain/cart/evidence';
import { habitOf, mergeHistories, withCharge, withUse } from '../../../domain/cart/history';
import { chargeOf, hearLevel, hearRow, type PortWatch } from '../../../domain/cart/port-watch';
import { historyId, historyOf, readHistories, readOwn } from './documents';
import type { ChargeUnderWay } from '../../../domain/cart/forecast';
import type { DeviceHistory, EndedCharge, Habit, UseLine } from '../../../domain/cart/history';
import type { PlacedDevice } from '../../../domain/cart/panel';
import type { Json } from '../../../domain/json';
import type { Id } from '../../../domain/id';
import type { AudienceDatabase } from '../../../store/port';
import type { Logger } from '../../capability';
import type { SourcePool } from '../sources/port';
import type { Timers } from '../timers';

export interface HistoryDeps {
  readonly parc: AudienceDatabase;
  readonly poste: string;
  readonly timers: Timers;
  readonly log: Logger;
  readonly pool: Pick<SourcePool, 'onSnapshot'>;
  readonly devices: { inCart(cart: Id<'cart'>): readonly PlacedDevice[] };
  /** Maker and model, as the inventory has them. */
  readonly model: (device: Id<'device'>) => string | undefined;
}

export interface ChargingHistory {
  /** Of the school, merged over its postes. */
  of(device: Id<'device'>): DeviceHistory | undefined;
  all(): readonly DeviceHistory[];
  habit(device: Id<'device'>): Habit;
  underWay(device: Id<'device'>): ChargeUnderWay | undefined;
  /** What is known of the port that measures it. */
  watch(device: Id<'device'>): PortWatch;
  /** A device said its level: what its use is counted from. */
  heard(device: Id<'device'>, percent: number, celsius?: number): void;
  /** Its battery, by its own word, where that is too hot to be charged. */
  tooHot(device: Id<'device'>): Heat | undefined;
  /** The level said last, where it was said since the last charge. */
  lastLevel(device: Id<'device'>): { readonly percent: number; readonly at: number } | undefined;
  close(): Promise<void>;
}

interface Known {
  watch: PortWatch;
  heat?: Heat;
  use?: { from: number; to: number; minutes: number; lastAt: number };
  /** Uses heard since the last charge, written with it. */
  uses: UseLine[];
  /** The box whose rows are followed: another one of the same place would end this charge and begin its own at every poll. */
  measuredBy?: { readonly hub: Id<'hub'>; readonly source: ChargeReading['source']; readonly at: number };
}

/** Two words of a device further apart are two uses. Milliseconds. */
const APART = 5 * 60_000;
/** Shorter uses teach nothing. Minutes. */
const USE_FROM = 10;
/** What measures a charge best first; what only sees a plug, last. */
const MEASURES_BEST: readonly ChargeReading['source'][] = ['hub', 'strip', 'usbPort'];
/** A box that has said nothing of a place for so long gives way to a lesser one. Milliseconds. */
const GIVES_WAY = 10 * 60_000;

export function createHistory(deps: HistoryDeps): ChargingHistory {
  const { parc, poste, timers, log } = deps;
  const known = new Map<string, Known>();
  const cache = new Map<string, DeviceHistory>();
  let stale = true;
  let writing: Promise<unknown> = Promise.resolve();
  const endOfChanges = parc.onChange((change) => {
    if (parc.get(change.id)?.body.type === 'chargeHistory') stale = true;
  });

  const models = new Map<string, string | undefined>();
  const habits = new Map<string, Habit>();
  /** Asked of the inventory once between two changes of a history: rows come every two seconds. */
  const modelOf = (device: Id<'device'>): string | undefined => {
    if (!models.has(device)) models.set(device, deps.model(device));
    return models.get(device);
  };
  const refresh = (): void => {
    if (!stale) return;
    stale = false;
    cache.clear();
    habits.clear();
    models.clear();
    const byDevice = new Map<Id<'device'>, DeviceHistory[]>();
    for (const one of readHistories(parc))
      byDevice.set(one.device, [...(byDevice.get(one.device) ?? []), historyOf(one)]);
    for (const [device, all] of byDevice) {
      const model = modelOf(device);
      cache.set(device, { ...mergeHistories(all), ...(model === undefined ? {} : { model }) });
    }
  };
  const of = (device: Id<'device'>): DeviceHistory | undefined => {
    refresh();
    return cache.get(device);
  };
  const habit = (device: Id<'device'>): Habit => {
    refresh();
    const before = habits.get(device);
    if (before) return before;
    const model = modelOf(device);
    const siblings = model === undefined ? [] : [...cache.values()].filter((one) => one.model === model);
    const learnt = habitOf(cache.get(device), siblings);
    habits.set(device, learnt);
    return learnt;
  };
  const stateFor = (device: string): Known => {
    const before = known.get(device);
    if (before) return before;
    const fresh: Known = { watch: {}, uses: [] };
    known.set(device, fresh);
    return fresh;
  };

  /** One after the other: two charges that end together must not lose one another. */
  const write = (device: Id<'device'>, change: (history: DeviceHistory) => DeviceHistory): void => {
    writing = writing
      .then(async () => {
        const { rev, history = { charges: [], uses: [] } } = readOwn(parc, device, poste);
        const { charges, uses, fall } = change(history);
        await parc.put(
          {
            _id: historyId(device, poste),
            type: 'chargeHistory',
            v: 1,
            poste,
            device,
            charges: charges as unknown as Json,
            uses: uses as unknown as Json,
            ...(fall === undefined ? {} : { fall: fall as unknown as Json }),
          },
          rev,
        );
      })
      .catch((error: unknown) => {
        log.warn('charging.historyNotWritten', {
          device,
          error: error instanceof Error ? error.name : 'unknown',
        });
      });
  };

  const endUse = (one: Known): void => {
    const { use } = one;
    delete one.use;
    if (!use || use.minutes < USE_FROM || use.to > use.from) return;
    const { from, to, minutes, lastAt } = use;
    one.uses.push({ at: new Date(lastAt).toISOString(), from, to, minutes: Math.round(minutes) });
  };
  const endCharge = (device: Id<'device'>, one: Known, ended: EndedCharge): void => {
    endUse(one);
    const uses = one.uses.splice(0);
    write(device, (history) => withCharge(uses.reduce(withUse, history), ended));
  };

  const watchOf = (one: Known): PortWatch => {
    const minutes = one.uses.reduce((sum, use) => sum + use.minutes, one.use?.minutes ?? 0);
    return { ...one.watch, used: minutes > 0 ? Math.round(minutes) : undefined };
  };
  const isFollowed = (one: Known, hub: Id<'hub'>, { source, at }: ChargeReading): boolean => {
    const { measuredBy: by } = one;
    const when = instantOf(at);
    const isBetter = by && MEASURES_BEST.indexOf(source) < MEASURES_BEST.indexOf(by.source);
    if (by && by.hub !== hub && !isBetter && Math.abs(when - by.at) < GIVES_WAY) return false;
    one.measuredBy = { hub, source, at: when };
    return true;
  };

  const endOfRows = deps.pool.onSnapshot(({ hub, cart, firstBay, snapshot }) => {
    if (snapshot.status !== 'answering') return;
    const placed = new Map(deps.devices.inCart(cart).map((one) => [one.bay, one.device]));
    for (const { port, reading } of snapshot.ports) {
      const device = placed.get(firstBay + port - 1);
      if (!device) continue;
      const one = stateFor(device);
      if (!isFollowed(one, hub, reading)) continue;
      const { watch, ended } = hearRow(watchOf(one), reading, instantOf(reading.at), habit(device));
      one.watch = watch;
      if (ended) endCharge(device, one, ended);
    }
  });

  return {
    of,
    all: () => {
      refresh();
      return [...cache.values()];
    },
    habit,
    underWay: (device) => {
      const watch = known.get(device)?.watch;
      return watch && chargeOf(watch);
    },
    watch(device) {
      const one = known.get(device);
      return one ? watchOf(one) : {};
    },
    heard(device, percent, celsius) {
      const one = stateFor(device);
      const at = timers.now();
      if (celsius !== undefined) one.heat = heatAfter(one.heat, celsius, at);
      one.watch = hearLevel(one.watch, percent, at);
      const gap = one.use ? at - one.use.lastAt : 0;
      if (!one.use || gap > APART || percent > one.use.to + 1) {
        endUse(one);
        one.use = { from: percent, to: percent, minutes: 0, lastAt: at };
        return;
      }
      one.use = { ...one.use, to: percent, minutes: one.use.minutes + gap / 60_000, lastAt: at };
    },
    tooHot(device) {
      const heat = known.get(device)?.heat;
      return isTooHot(heat, timers.now()) ? heat : undefined;
    },
    lastLevel: (device) => known.get(device)?.watch.level,
    async close() {
      endOfRows();
      endOfChanges();
      for (const [device, one] of known) {
        endUse(one);
        const uses = one.uses.splice(0);
        // No port measures this device: its uses are kept when the poste closes.
        if (uses.length > 0) write(device as Id<'device'>, (history) => uses.reduce(withUse, history));
      }
      await writing;
    },
  };
}
