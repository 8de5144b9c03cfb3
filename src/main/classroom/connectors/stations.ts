import type { DeviceReach } from '../../../domain/device/device';
import { PreauError } from '../../../domain/errors';
import { isId, type Id } from '../../../domain/id';
import type { Lesson, SeatKey } from '../../../domain/lesson/model';
import { changeSeat, seatAt, setPresence } from '../../../domain/lesson/seats';
import type { Actor } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import type { Station } from '../../../contract/staff/connectors';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { keepingDebts, openDebts } from './debts';
import type { Cause, Command, HelpInput, Outcome } from './port';
import type { RemoteConnector } from './remote';
import { createRfb } from './rfb/connector';
import { createPictures } from './rfb/thread';
import { createAdb } from './adb/connector';
import { createSeatLink } from './seat-link';
import { createVeyon } from './veyon/connector';

type By = DeviceReach['by'] | 'adb';

/** Computers reached through Veyon or VNC, tablets reached by adb, in the lesson (docs/drivers/veyon.md, android.md). */
export interface Stations extends LessonTool {
  /** Way to the tablets; another tool shows their screens beside their page. */
  readonly adb: RemoteConnector;
  list(actor: Actor): Station[];
  call(actor: Actor, devices: readonly Id<'device'>[]): Promise<void>;
  dismiss(actor: Actor, devices: readonly Id<'device'>[]): Promise<void>;
  perform(
    actor: Actor,
    devices: readonly Id<'device'>[],
    command: Command,
  ): Promise<readonly { readonly device: Id<'device'>; readonly outcome: Outcome }[]>;
  help(actor: Actor, device: Id<'device'>, input: HelpInput): Promise<Outcome>;
  /** A gesture of the cart's own room, in a lesson or not; it has looked at who asks. @throws PreauError `NOT_FOUND` */
  outside(device: Id<'device'>, command: Command): Promise<Outcome>;
}

/** A computer that was gone that long was switched off, or somebody else opened a session on it, ms. */
const ANOTHER_SESSION = 60_000;
/** The poste stops: what does not answer by then is freed at the next start, ms. */
const FREED_WITHIN = 3_000;
const CAPABILITIES = { capture: true, battery: false, touch: false, camera: false, keys: true };

export function createStations(context: ToolContext): Stations {
  const { live, media, deps, conducted } = context;
  const { platform } = deps;
  const book = deps.stations;
  const pictures = createPictures();
  const events = {
    picture: (device: Id<'device'>, chunk: Buffer) => {
      if (live.lesson && seatAt(live.lesson, device)?.sharing) media.publish(device, chunk);
    },
    here,
    gone,
  };
  const debts = openDebts(platform.dataFolder);
  const parts = { clock: platform.clock, events, pictures };
  const connectors: Record<By, RemoteConnector> = {
    veyon: keepingDebts(createVeyon({ ...parts, key: () => book?.key() }), debts),
    rfb: createRfb({ ...parts, password: (device) => book?.password(device) }),
    adb: createAdb({ ...parts, timers: deps.timers, tablets: deps.tablets?.hands }),
  };
  const inLesson = new Map<Id<'device'>, { readonly link: ReturnType<typeof createSeatLink>; by: By }>();

  /** Not kept: a poste that starts anew in a lesson tells them once more. */
  const warned = new Map<Id<'device'>, number>();
  const goneSince = new Map<Id<'device'>, number>();

  /** Tablets that answer, or take part; the others are listed where one plugs them in. */
  function tabletsHere() {
    const present = new Set(deps.tablets?.hands.present());
    return (deps.tablets?.list() ?? []).filter(({ id }) => present.has(id) || inLesson.get(id)?.by === 'adb');
  }
  /** `by: 'adb'` has no place on the network: it is found by its serial number. */
  const all = () => [
    ...(book?.list() ?? []).map((one) => ({ ...one, by: one.reach.by as By, place: one.reach })),
    ...tabletsHere().map((one) => ({ ...one, by: 'adb' as const, place: undefined })),
  ];
  const find = (device: Id<'device'>) => all().find((one) => one.id === device);
  function demandStation(device: Id<'device'>) {
    const found = find(device);
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'device' });
    return found;
  }

  /** What an earlier lesson, or this poste before it was killed, left on a computer comes off as soon as it answers. */
  function settle(device: Id<'device'>): void {
    const found = find(device);
    if (found?.by === 'veyon') connectors.veyon.keep(device, found.place);
    else for (const what of ['lock', 'demo'] as const) void debts.paid(device, what).catch(() => undefined);
  }
  async function payDebts(device: Id<'device'>): Promise<void> {
    if (debts.has(device, 'demo') && !shown.has(device))
      await connectors.veyon.perform(device, { do: 'demo', from: undefined });
    if (inLesson.has(device)) return;
    if (debts.has(device, 'lock')) await connectors.veyon.perform(device, { do: 'lock', on: false });
    if (!inLesson.has(device) && !shown.has(device) && !debts.has(device)) connectors.veyon.drop(device);
  }
  function here(device: Id<'device'>): void {
    if (debts.has(device)) void payDebts(device);
    if (!inLesson.has(device)) return;
    const at = live.now();
    live.update((lesson) =>
      changeSeat(setPresence(lesson, device, { presence: 'here', at }), device, (seat) => ({
        ...seat,
        sharing: true,
      })),
    );
    media.seatsMoved();
    // It was away, or started anew: what must be on its screen is asked again, and who opened a session meanwhile is told.
    live.sendAttention([device]);
    if (platform.clock() - (goneSince.get(device) ?? Infinity) >= ANOTHER_SESSION) warned.delete(device);
    goneSince.delete(device);
    inLesson.get(device)?.link.here();
  }
  function gone(device: Id<'device'>, cause: Cause): void {
    if (!inLesson.has(device)) return;
    const at = live.now();
    if (!goneSince.has(device)) goneSince.set(device, platform.clock());
    live.update((lesson) =>
      setPresence(lesson, device, {
        presence: 'silent',
        cause: cause === 'cut' ? 'line-cut' : 'no-answer',
        at,
      }),
    );
    media.seatsMoved();
    if (cause === 'unreachable' || cause === 'unknown-name') void findAgain(device);
  }
  /** DHCP gave it another address: where its Ethernet address answers now, it is tried there. */
  async function findAgain(device: Id<'device'>): Promise<void> {
    const found = find(device);
    if (!found?.place?.mac) return;
    const host = await book?.whereIs(found.place.mac);
    if (host && host !== found.place.host && inLesson.has(device))
      connectors[found.by].keep(device, { ...found.place, host });
  }

  function enter(device: Id<'device'>): void {
    const found = demandStation(device);
    if (inLesson.has(device)) return;
    const { by } = found;
    // Its own page is there and says more; adb stands beside it.
    if (by === 'adb' && live.devices.has(device)) return;
    const owed = debts.has(device, 'lock');
    const link = createSeatLink(
      { live, deps },
      device,
      connectors[by],
      warned,
      () => void leave(device),
      owed,
    );
    inLesson.set(device, { link, by });
    try {
      live.enter({
        key: device,
        label: found.label,
        capabilities: { ...CAPABILITIES, touch: by === 'adb', keys: by !== 'adb', reach: by },
        link,
      });
    } catch (error) {
      inLesson.delete(device);
      throw error;
    }
    const at = live.now();
    live.update((lesson) => setPresence(lesson, device, { presence: 'silent', cause: 'never-came', at }));
    connectors[by].keep(device, found.place);
  }
  /** Whatever was set comes off, then the line is given back. */
  async function leave(device: Id<'device'>): Promise<void> {
    const held = inLesson.get(device);
    if (!held) return;
    inLesson.delete(device);
    // Freed first: the lesson's end says so to every device, and this one then is none of its any more.
    const released = held.link.release();
    live.exit(device, held.link, { presence: 'left', cause: 'page-closed', at: live.now() });
    media.seatsMoved();
    const connector = connectors[held.by];
    await released;
    if (held.by === 'veyon' && shown.delete(device))
      await connector.perform(device, { do: 'demo', from: undefined });
    if (!inLesson.has(device) && !debts.has(device)) connector.drop(device);
  }
  /** Devices on which a demonstration runs, or from which. */
  const shown = new Set<Id<'device'>>();

  async function one(device: Id<'device'>, command: Command): Promise<Outcome> {
    const { by, place } = demandStation(device);
    const connector = connectors[by];
    // A computer that is off is woken before it takes part.
    if (!inLesson.has(device) && by !== 'adb') connector.keep(device, place);
    if (command.do === 'demo' && command.from === undefined) shown.delete(device);
    else if (command.do === 'demo' && command.from !== undefined) {
      const source = demandStation(command.from);
      if (source.by !== by) return { state: 'impossible', why: 'not-supported' };
      if (!inLesson.has(source.id)) connector.keep(source.id, source.place);
      shown.add(device).add(source.id);
    }
    const outcome = await connector.perform(device, command);
    if (!inLesson.has(device) && !shown.has(device) && !debts.has(device) && by !== 'adb')
      connector.drop(device);
    return outcome;
  }

  /** The lesson goes on at the next start, which sets it again; until then nobody sits before a screen that is locked. */
  async function freeAll(): Promise<void> {
    const freed: Promise<unknown>[] = [...inLesson]
      .filter(([device]) => debts.has(device, 'lock'))
      .map(([, { link }]) => link.release());
    for (const device of shown) freed.push(one(device, { do: 'demo', from: undefined }));
    if (freed.length === 0) return;
    await new Promise<void>((done) => {
      const cancel = deps.timers.after(FREED_WITHIN, done);
      void Promise.all(freed).finally(() => {
        cancel();
        done();
      });
    });
  }

  // Once the rooms that know where computers are have been put together.
  void Promise.resolve()
    .then(() => debts.devices().forEach(settle))
    .catch((error: unknown) =>
      platform.log.error('stations.debts', { error: error instanceof Error ? error.name : 'unknown' }),
    );

  return {
    adb: connectors.adb,
    list(actor) {
      demand(actor, 'lesson.open');
      return all().map((device) => ({
        device: device.id,
        label: device.label,
        by: device.by,
        ...(device.cartId && { cart: device.cartId }),
        abilities: [...connectors[device.by].abilities(device.id)],
        inLesson: inLesson.has(device.id),
      }));
    },
    async call(actor, devices) {
      const { lesson } = conducted(actor);
      for (const device of devices) {
        enter(device);
        await sit(lesson.id, device);
      }
    },
    async dismiss(actor, devices) {
      conducted(actor);
      await Promise.all(devices.map(leave));
    },
    async perform(actor, devices, command) {
      const { lesson } = conducted(actor);
      platform.log.info('connectors.perform', { lesson: lesson.id, do: command.do, devices: devices.length });
      return Promise.all(
        [...new Set(devices)].map(async (device) => ({ device, outcome: await one(device, command) })),
      );
    },
    help(actor, device, input) {
      conducted(actor);
      if (!inLesson.has(device)) throw new PreauError('NOT_FOUND', { kind: 'device' });
      return one(device, { do: 'help', input });
    },
    outside: one,
    begin(lesson) {
      const ofCart = deps.cart?.ofLesson(lesson);
      const own = (book?.list() ?? []).filter(
        ({ id, cartId }) =>
          seatAt(lesson, id) !== undefined ||
          (ofCart ? ofCart.has(id) : lesson.cartId && cartId === lesson.cartId),
      );
      for (const { id } of own) enter(id);
      // After the lesson is there for everybody: taking a seat is one more change of it.
      queueMicrotask(() => {
        for (const { id } of own) sit(lesson.id, id).catch(() => undefined);
      });
    },
    async end() {
      warned.clear();
      goneSince.clear();
      await Promise.all([...inLesson.keys()].map(leave));
      await Promise.all([...shown].map((device) => one(device, { do: 'demo', from: undefined })));
    },
    async close() {
      await freeAll();
      await Promise.all(Object.values(connectors).map((connector) => connector.close()));
      await pictures.close();
    },
  };

  /** It takes part without anybody touching it: what is sent reaches it. */
  function sit(lessonId: Lesson['id'], key: SeatKey): Promise<void> {
    return live.durable(async () => {
      const { lesson, store } = live.required();
      if (lesson.id !== lessonId || seatAt(lesson, key)?.joined !== false || !isId(key, 'device')) return;
      const next = changeSeat(lesson, key, (seat) => ({ ...seat, joined: true }));
      await store.saveSeat(next, key);
      live.update((held) => changeSeat(held, key, (seat) => ({ ...seat, joined: true })));
    });
  }
}
