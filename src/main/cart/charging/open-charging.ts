/** Charging as a room: history, plan, watchman, put together. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cartForecast } from '../../../domain/cart/forecast';
import { openSource } from '../sources/open-source';
import { createStripSecrets } from '../sources/strip-secrets';
import { placesOfBoxes } from './boxes';
import { createConductor } from './conductor';
import { openOffNote } from './off-note';
import { openGuard, type WatchmanProgram } from './guard';
import { takeBack } from './line-file';
import { onPower } from './on-power';
import { createHistory, type HistoryDeps } from './history-service';
import { chargingRoutes } from './routes';
import { createChargingService, type ChargingDeps } from './service';
import type { PowerEvent } from '../../../contract/host-messages';
import type { Id } from '../../../domain/id';
import type { PosteBoxes } from '../../directory/accounts-day-code';
import type { OpenStream } from '../sources/byte-stream';
import type { SourcePool } from '../sources/port';
import type { Timers } from '../timers';
import type { Foresee } from '../types';

/** A booking, as sets tell it. */
interface Booked {
  readonly from: number;
  readonly booking: { readonly bays?: readonly number[] | undefined };
}

export interface OpenChargingDeps
  extends
    Pick<ChargingDeps, 'platform' | 'parc' | 'poste' | 'timeZone' | 'devices' | 'places'>,
    Pick<HistoryDeps, 'model'> {
  /** Those of the hours to come, whole or by parts. */
  readonly booked: (cart: Id<'cart'>) => readonly Booked[];
  readonly pool: SourcePool;
  readonly timers: Timers;
  readonly boxes: () => Pick<PosteBoxes, 'own' | 'seal' | 'open'> | undefined;
}

/**
 * The watchman's program, as it is built beside this one; absent where it was not. A packaged application cannot be started as plain
 * Node (its fuse `runAsNode` is off): there it is the application itself that starts as watchman (`desktop/watchman.ts`).
 */
function watchmanProgram(): WatchmanProgram | undefined {
  if (import.meta.dirname.includes('app.asar')) return { command: process.execPath, args: ['--watchman'] };
  const beside = [import.meta.dirname, join(import.meta.dirname, '..')].map((folder) =>
    join(folder, 'watchman-entry.js'),
  );
  const entry = beside.find((file) => existsSync(file));
  return entry === undefined ? undefined : { command: process.execPath, args: [entry] };
}

export function openCharging(deps: OpenChargingDeps) {
  const { platform, timers, pool } = deps;
  const history = createHistory({ ...deps, log: platform.log });
  const secrets = createStripSecrets(platform.dataFolder, deps.boxes);
  const program = watchmanProgram();
  const service = createChargingService({
    ...deps,
    history,
    conductor: () => conductor,
    booked: (cart) => deps.booked(cart).map(({ from, booking: { bays } }) => ({ at: from, bays })),
  });
  const guard = openGuard(platform.dataFolder, program, timers, () => {
    platform.log.warn('charging.watchmanGone');
    conductor.hurry();
  });
  const conductor = createConductor({
    pool,
    guard,
    timers,
    log: platform.log,
    conducted: () => service.conducted(),
    secret: (hub) => secrets.of(hub),
    onPlan: (cart: Id<'cart'>) => platform.publish('charging.changed', { cart }),
    note: openOffNote(platform.dataFolder),
    ...placesOfBoxes(deps.parc, deps.poste),
    openBox: ({ link, serial }, secret) =>
      openSource(link, { timers, hear: () => undefined, serial, secret: () => Promise.resolve(secret) }),
  });
  const foresee: Foresee = (cart, devices, bell) => {
    const held = new Map(
      (conductor.plan(cart)?.ports ?? []).flatMap(({ bay, on }) => {
        const next = on.find(({ to }) => to > platform.clock());
        return next && next.from > platform.clock()
          ? [[bay, new Date(next.from).toISOString()] as const]
          : [];
      }),
    );
    return cartForecast(
      {
        bell,
        known: history.all(),
        devices: devices.map((one) => ({
          ...one,
          history: history.of(one.device) ?? one.history,
          underWay: history.underWay(one.device),
          ...(one.state.portOff && held.has(one.bay) ? { heldUntil: held.get(one.bay) } : {}),
        })),
      },
      platform.clock(),
    );
  };
  return {
    foresee,
    /** A device said its level, and how warm its battery is. */
    heard: (device: Id<'device'>, percent: number, celsius?: number) => {
      history.heard(device, percent, celsius);
    },
    power: (event: PowerEvent) => onPower(conductor, event),
    handlers: { charging: chargingRoutes(service) },
    async close() {
      conductor.close();
      await history.close();
    },
  };
}

/** The way to the boxes: open once a watchman that an earlier run left behind has given the line back. */
export function ourLine<Link>(
  folder: string,
  timers: Timers,
  open: (link: Link) => OpenStream,
): (link: Link) => OpenStream {
  const ours = takeBack(folder, timers).catch(() => false);
  return (link) => async () => {
    await ours;
    return open(link)();
  };
}
