import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { AppsState, FetchRun, LessonDevice } from '../../../contract/staff/apps';
import { restingApps, usualName, type AppMode } from '../../../domain/device/apps';
import { mergeApps, type AppsOfDevice } from '../../../domain/device/apps-of-class';
import type { Id } from '../../../domain/id';
import type { Lesson, Seat, SeatCapabilities, SeatKey } from '../../../domain/lesson/model';
import { changeSeat, seatAt, seatsInOrder } from '../../../domain/lesson/seats';
import type { Actor } from '../../../domain/rights/actor';
import type { FolderName } from '../../android/files';
import type { Wish } from '../../android/holds';
import type { FoundFiles, SchoolTablets, TabletOrder } from '../../android/school-tablets';
import type { Said } from '../../android/tablets';
import type { RemoteConnector } from '../connectors/remote';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { createComputers, type Computers } from './computers';
import { createFetching } from './fetching';
import { appsFile } from './kept';

/**
 * What a lesson wants of applications and copies (CARMO #9.6, #9.10, #9.17), on what can hold it: Android tablets that adb reaches
 * (applications that rest, the way by the filter, brightness, files of other applications, their screens beside the page) and computers
 * in pupil mode (`computers.ts`). Of every other device it is said that it cannot. Nothing of a lesson needs it.
 */
export interface Apps extends LessonTool {
  readonly computers: Computers['door'];
  state(actor: Actor): AppsState;
  look(actor: Actor): Promise<ReplyOf<StaffContract, 'apps.look'>>;
  set(
    actor: Actor,
    order: {
      readonly mode: AppMode;
      readonly apps: readonly string[];
      readonly programs: readonly string[];
      readonly copy: 'free' | 'blocked';
      readonly brightness?: number | undefined;
    },
  ): Promise<AppsState>;
  run(
    actor: Actor,
    order: {
      readonly do: 'start' | 'stop';
      readonly apps: readonly string[];
      readonly program?: string | undefined;
    },
  ): Promise<ReplyOf<StaffContract, 'apps.run'>>;
  fetch(
    actor: Actor,
    order: { readonly folders: readonly FolderName[]; readonly item?: Id<'item'> | undefined },
  ): Promise<FetchRun>;
  fetched(actor: Actor): { run?: FetchRun };
  stopFetch(actor: Actor): void;
  leftovers(actor: Actor, folders: readonly FolderName[]): Promise<ReplyOf<StaffContract, 'apps.leftovers'>>;
  clean(
    actor: Actor,
    order: { readonly folders: readonly FolderName[]; readonly browsers: boolean },
  ): Promise<ReplyOf<StaffContract, 'apps.clean'>>;
}

export interface AppsBeside {
  readonly adb: RemoteConnector;
  /** What the Internet of this lesson is, and where its filter listens. */
  readonly internet: { mode(): 'off' | 'list' | 'on'; filter(): string | undefined };
}

/** The lesson's end waits so long for tablets; what is not off by then comes off by the ledger. ms */
const END_WAITS = 5_000;
/** Between two looks at what the Internet of the lesson is, ms. */
const LOOK_EVERY = 2_000;
/** Lines of the class's list of applications. */
const MOST_APPS = 500;
/** Browsers whose sessions can be emptied without emptying the class's own. */
const BROWSERS =
  /^(org\.mozilla\.|com\.opera\.|com\.sec\.android\.app\.sbrowser|com\.brave\.|com\.duckduckgo\.|com\.microsoft\.emmx)/;

export function createApps(context: ToolContext, { adb, internet }: AppsBeside): Apps {
  const { deps, live, media, announcer, conducted } = context;
  const { platform, timers, tablets: book } = deps;
  const hands: SchoolTablets | undefined = book?.hands;
  const kept = appsFile(platform.dataFolder);
  let mode: AppMode = 'all';
  let apps: readonly string[] = [];
  let programs: readonly string[] = [];
  let blocked: 'free' | 'blocked' = 'free';
  let brightness: number | undefined;
  let filter: string | undefined;
  let over = true;
  const results = new Map<Id<'device'>, LessonDevice['result']>();
  const working = new Set<Id<'device'>>();
  /** Whatever was wanted of them in this lesson. */
  const touched = new Set<Id<'device'>>();
  const homes = new Map<Id<'device'>, { readonly apps: readonly string[]; readonly browser?: string }>();
  const screens = new Map<Id<'device'>, () => void>();
  let endings: (() => void)[] = [];
  const fetching =
    hands &&
    createFetching(context, hands, (run) => platform.publish('apps.fetched', run, announcer.mayHear));

  const computers = createComputers(context, () => ({ mode, programs, copy: blocked }), changed);

  /** With a seat in it, or of its cart. */
  function ofLesson(lesson = live.lesson) {
    if (!lesson || !book) return [];
    const present = new Set(hands?.present());
    // Half a cart that is lent is the borrower's lesson's.
    const ofCart = deps.cart?.ofLesson(lesson);
    return book
      .list()
      .filter(
        ({ id, cartId }) =>
          seatAt(lesson, id) ?? (ofCart ? ofCart.has(id) : lesson.cartId && cartId === lesson.cartId),
      )
      .map(({ id, label }) => ({ device: id, label, here: present.has(id) }))
      .filter(({ device, here }) => here || touched.has(device));
  }
  function view(): AppsState {
    const tablets = ofLesson();
    const byCable = new Set<SeatKey>(tablets.map(({ device }) => device));
    const copy = blocked === 'blocked' ? { copy: COPY_NOT_HERE } : {};
    return {
      mode,
      apps: [...apps],
      programs: [...programs],
      copy: blocked,
      ...(brightness !== undefined && { brightness }),
      filtered: filter !== undefined,
      devices: [
        ...tablets.map(({ device, ...rest }) => {
          const result = results.get(device);
          const kind = 'tablet' as const;
          return { device, kind, ...rest, working: working.has(device), ...(result && { result }), ...copy };
        }),
        ...computers.view(),
        ...browsers(byCable),
      ],
    };
  }
  /** Those that nothing can hold. */
  const unheld = (byCable: ReadonlySet<SeatKey>): Seat[] =>
    live.lesson
      ? seatsInOrder(live.lesson)
          .filter(({ key, joined }) => joined || live.devices.has(key))
          .filter(({ key }) => !byCable.has(key) && !computers.has(key))
      : [];
  const browsers = (byCable: ReadonlySet<SeatKey>): LessonDevice[] =>
    unheld(byCable).map(({ key, label, capabilities }) => ({
      device: key,
      label,
      kind: 'browser',
      here: live.devices.has(key),
      working: false,
      ...(mode !== 'all' && { result: cannot(capabilities) }),
      ...(blocked === 'blocked' && { copy: cannot(capabilities) }),
    }));

  let cancelNews: (() => void) | undefined;
  function changed(): void {
    cancelNews ??= timers.after(200, () => {
      cancelNews = undefined;
      if (live.lesson) platform.publish('apps.changed', view(), announcer.mayHear);
    });
  }

  async function home(
    device: Id<'device'>,
  ): Promise<Said<{ readonly apps: readonly string[]; readonly browser?: string }>> {
    const known = homes.get(device);
    if (known) return { state: 'done', value: known };
    if (!hands) return { state: 'impossible', why: 'not-supported', code: '' };
    const said = await hands.launchable(device);
    if (said.state === 'done') homes.set(device, said.value);
    return said;
  }
  const wantsNothing = (): boolean => mode === 'all' && filter === undefined && brightness === undefined;

  /** Makes one tablet what this lesson wants of it; what fails is said, and done at its next contact. */
  async function settle(device: Id<'device'>): Promise<void> {
    if (!hands || over || (wantsNothing() && !touched.has(device))) return;
    touched.add(device);
    working.add(device);
    changed();
    try {
      const found = mode === 'all' ? undefined : await home(device);
      if (found && found.state !== 'done') {
        results.set(device, saidOf(found));
        return;
      }
      const asleep = found ? restingApps({ mode, apps }, found.value.apps, found.value.browser) : [];
      const wish: Wish = { asleep, proxy: filter, brightness };
      const said = await hands.want(device, wantsNothing() ? undefined : wish);
      results.set(device, said.state === 'done' ? { state: 'done', ...plain(said.value) } : saidOf(said));
    } finally {
      working.delete(device);
      changed();
    }
  }
  const settleAll = (): Promise<unknown> => Promise.all(ofLesson().map(({ device }) => settle(device)));

  /** A tablet whose browser shows no screen: adb's stands beside its page, and the page tells the child that somebody looks. */
  function showBeside(device: Id<'device'>): void {
    const seat = live.lesson && seatAt(live.lesson, device);
    if (!seat || seat.capabilities?.reach || seat.capabilities?.capture || screens.has(device)) return;
    if (!live.devices.has(device) || hands?.present().includes(device) !== true) return;
    const end = media.beside(device, (share) => adb.watch(device, share));
    screens.set(device, end);
    live.update((lesson) => changeSeat(lesson, device, (held) => ({ ...held, sharing: true })));
    media.seatsMoved();
  }
  function hideBeside(device: Id<'device'>): void {
    const end = screens.get(device);
    if (!end) return;
    screens.delete(device);
    end();
    live.update((lesson) =>
      seatAt(lesson, device) ? changeSeat(lesson, device, (held) => ({ ...held, sharing: false })) : lesson,
    );
    media.seatsMoved();
  }

  function watchInternet(): void {
    const now = internet.mode() === 'on' ? undefined : internet.filter();
    if (now !== filter) {
      filter = now;
      void settleAll();
    }
    endings.push(timers.after(LOOK_EVERY, () => !over && again()));
  }
  function again(): void {
    endings = endings.slice(0, KEPT_ENDINGS);
    watchInternet();
  }
  function start(): void {
    if (!over) return;
    over = false;
    if (!hands) return;
    const unsubscribe = hands.onMoved((device, here) => {
      if (here) {
        showBeside(device);
        void settle(device);
      } else hideBeside(device);
      changed();
    });
    endings = [hands.attend(), unsubscribe];
    watchInternet();
    for (const device of hands.present()) showBeside(device);
    void settleAll();
  }
  async function stop(): Promise<void> {
    if (over) return;
    over = true;
    for (const end of endings) end();
    endings = [];
    fetching?.stop();
    for (const device of [...screens.keys()]) hideBeside(device);
    const off = Promise.all([...touched].map((device) => hands?.want(device, undefined)));
    touched.clear();
    results.clear();
    homes.clear();
    computers.forget();
    await Promise.race([off, new Promise<void>((resolve) => timers.after(END_WAITS, resolve))]);
  }
  /** Runs on every tablet of the lesson that answers. */
  async function each(work: (device: Id<'device'>) => Promise<Said<unknown>>) {
    const list = ofLesson().filter(({ here }) => here);
    return {
      outcomes: await Promise.all(
        list.map(async ({ device, label }) => ({ device, label, outcome: doneOf(await work(device)) })),
      ),
    };
  }
  async function found(device: Id<'device'>, folders: readonly FolderName[]) {
    const { lesson } = live.required();
    return hands?.files(device, folders, Date.parse(lesson.openedAt)) ?? NOBODY;
  }

  return {
    computers: computers.door,
    state(actor) {
      conducted(actor);
      return view();
    },
    async look(actor) {
      conducted(actor);
      const list = ofLesson().filter(({ here }) => here);
      const seen = await Promise.all(list.map(({ device }) => home(device)));
      const tablets = seen.flatMap((said): AppsOfDevice[] =>
        said.state === 'done'
          ? [
              {
                kind: 'tablet',
                apps: said.value.apps
                  .filter((app) => app !== said.value.browser)
                  .map((app) => ({ app, ...nameOf(app) })),
              },
            ]
          : [],
      );
      return {
        apps: mergeApps([...tablets, ...computers.apps()], MOST_APPS).map((one) => ({
          ...one,
          apps: [...one.apps],
        })),
        silent: seen.length - tablets.length,
      };
    },
    async set(actor, order) {
      const { lesson } = conducted(actor);
      const next = {
        lesson: lesson.id,
        mode: order.mode,
        apps: [...new Set(order.apps)],
        programs: [...new Set(order.programs)],
        copy: order.copy,
        brightness: order.brightness,
      };
      await kept.write(next);
      ({ mode, apps, programs, copy: blocked, brightness } = next);
      platform.log.info('apps.set', {
        lesson: lesson.id,
        mode,
        apps: apps.length,
        programs: programs.length,
        copy: blocked,
      });
      void settleAll();
      computers.wantNow();
      return view();
    },
    async run(actor, order) {
      conducted(actor);
      const byCable = new Set<SeatKey>(ofLesson().map(({ device }) => device));
      const held = order.program === undefined ? [] : computers.run(order.do, order.program);
      const tablets = each(async (device) => {
        const said = await home(device);
        if (said.state !== 'done') return said;
        const app = order.apps.find((one) => said.value.apps.includes(one));
        if (app === undefined) return NOT_THERE;
        const what: TabletOrder = { do: order.do === 'start' ? 'start-app' : 'stop-app', app };
        return hands?.perform(device, what) ?? NOBODY;
      });
      const others = unheld(byCable).map(({ key, label, capabilities }) => ({
        device: key,
        label,
        outcome: cannot(capabilities),
      }));
      return { outcomes: [...(await tablets).outcomes, ...(await held), ...others] };
    },
    async fetch(actor, { folders, item }) {
      const { lesson } = conducted(actor);
      const list = ofLesson().filter(({ device, here }) => here && seatAt(lesson, device));
      const tablets = list.map(({ device, label }) => ({ device, label }));
      if (!fetching) return { startedAt: live.now(), finished: true, tablets: [] };
      return fetching.start(tablets, folders, item);
    },
    fetched(actor) {
      conducted(actor);
      const run = fetching?.current();
      return run ? { run } : {};
    },
    stopFetch(actor) {
      conducted(actor);
      fetching?.stop();
    },
    async leftovers(actor, folders) {
      conducted(actor);
      const list = ofLesson().filter(({ here }) => here);
      const seen = await Promise.all(
        list.map(async (one) => ({ ...one, said: await found(one.device, folders) })),
      );
      return {
        tablets: seen.flatMap(({ device, label, said }) =>
          said.state === 'done'
            ? [
                {
                  device,
                  label,
                  files: leftOn(said.value).length + said.value.leftOut,
                  bytes: leftOn(said.value).reduce((sum, { size }) => sum + size, 0),
                },
              ]
            : [],
        ),
        silent: seen.filter(({ said }) => said.state !== 'done').length,
      };
    },
    clean(actor, { folders, browsers }) {
      conducted(actor);
      return each(async (device) => {
        const said = await found(device, folders);
        if (said.state !== 'done' || !hands) return said;
        const own = browsers ? await home(device) : undefined;
        const others =
          own?.state === 'done'
            ? own.value.apps.filter((app) => BROWSERS.test(app) && app !== own.value.browser)
            : [];
        return hands.clean(device, said.value, others);
      });
    },
    async begin(lesson: Lesson) {
      const before = await kept.read();
      const same = before?.lesson === lesson.id ? before : undefined;
      if (before && !same) await kept.clear();
      mode = same?.mode ?? 'all';
      apps = same?.apps ?? [];
      programs = same?.programs ?? [];
      blocked = same?.copy ?? 'free';
      computers.forget();
      brightness = same?.brightness;
      filter = undefined;
      start();
    },
    async end() {
      await kept.clear();
      mode = 'all';
      apps = [];
      programs = [];
      blocked = 'free';
      brightness = undefined;
      filter = undefined;
      await stop();
    },
    entered(seat) {
      if (over) return;
      computers.entered(seat);
      const device = book?.list().find(({ id }) => id === seat)?.id;
      if (!device) {
        changed();
        return;
      }
      // The page that comes back is another one: its seat shows nothing yet.
      hideBeside(device);
      showBeside(device);
      if (hands?.present().includes(device)) void settle(device);
    },
    left(seat) {
      computers.left(seat);
      const device = [...screens.keys()].find((one) => one === seat);
      if (device) hideBeside(device);
    },
    close: stop,
  };
}

/** `attend` and the subscription stay; what is asked again at each look does not. */
const KEPT_ENDINGS = 2;
/** Only the owner of an Android device may block the copy, and a shell is none (docs/drivers/android.md). */
const COPY_NOT_HERE = { state: 'impossible', why: 'not-allowed' } as const;
const NOT_THERE = { state: 'impossible', why: 'no-such-app', code: '' } as const;
const cannot = (capabilities: SeatCapabilities | undefined) =>
  ({
    state: 'impossible',
    why: capabilities?.reach
      ? 'reached'
      : capabilities?.touch === true
        ? 'browser-tablet'
        : 'browser-computer',
  }) as const;
const NOBODY = Promise.resolve({ state: 'impossible', why: 'not-supported', code: '' } as const);
const nameOf = (app: string): { name?: string } => {
  const name = usualName(app);
  return name === undefined ? {} : { name };
};
const saidOf = (said: Exclude<Said<unknown>, { state: 'done' }>) =>
  said.state === 'impossible' ? ({ state: 'impossible', why: said.why } as const) : said;
const doneOf = (said: Said<unknown>) => (said.state === 'done' ? ({ state: 'done' } as const) : saidOf(said));
const plain = ({
  asleep,
  refused,
  proxy,
  brightness,
}: {
  readonly asleep: readonly string[];
  readonly refused: readonly string[];
  readonly proxy?: boolean | undefined;
  readonly brightness?: boolean | undefined;
}) => ({
  asleep: [...asleep],
  refused: [...refused],
  ...(proxy !== undefined && { proxy }),
  ...(brightness !== undefined && { brightness }),
});

/** What is too large to be fetched is on the tablet all the same. */
const leftOn = ({ files, tooLarge }: FoundFiles) => [...files, ...tooLarge];
