import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import type { Lesson, LessonMode, SeatKey } from '../../domain/lesson/model';
import { NO_ATTENTION } from '../../domain/lesson/model';
import type { Wanted } from '../../domain/lesson/bandwidth';
import { authorize, demand } from '../../domain/rights/authorize';
import { POSTE, type Actor } from '../../domain/rights/actor';
import { instant } from '../../domain/time';
import type { LessonView } from '../../contract/staff/classroom';
import type { Disposable } from '../capability';
import { createGate, type ClassroomGate } from './gate';
import { createStaffAnnouncer, type StaffAnnouncer } from './announcer';
import { createCollecting, type Collecting } from './collecting';
import { createConduct, type Conduct } from './conduct';
import { createEnding } from './ending';
import { createHandIns } from './hand-ins';
import { createItemFiles } from './item-files';
import { createJoinDesk } from './join-desk';
import { createLessonCode, type LessonCode } from './lesson-code';
import { createLive, type Live } from './live';
import { databaseOf, findRunning, openLessonStore } from './lesson-store';
import { createMediaHub } from './media-hub';
import { createSending, type Sending } from './sending';
import { createWorkDesk, type WorkDesk } from './work-desk';
import { lessonView } from './staff-view';
import { lessonResource } from './seat-rights';
import type { LessonTool } from './lesson-tool';
import { createTools, type LessonTools } from './tools';
import type { ClassroomDeps } from './deps';

export interface OpenOrder {
  readonly class?: Id<'class'> | undefined;
  /** Its pupils take part; the lesson lies in the base of `class`. */
  readonly group?: Id<'group'> | undefined;
  readonly cart?: Id<'cart'> | undefined;
  readonly mode: LessonMode;
  readonly title?: string | undefined;
  readonly pictureCode?: boolean | undefined;
}

/** What a teacher does with a lesson (CARMO chapter 17). One lesson runs on a poste at a time. */
export interface ClassroomService extends Conduct, Disposable {
  readonly gate: ClassroomGate;
  readonly work: WorkDesk;
  readonly sending: Sending;
  /** Asks every device for what is there, finished or not; before a lesson closes, too. */
  collect(actor: Actor): ReturnType<Collecting['collect']>;
  readonly tools: LessonTools;
  readonly onTold: StaffAnnouncer['onTold'];
  state(actor: Actor): {
    readonly lesson?: LessonView;
    readonly busy: boolean;
    /** Somebody else's: nothing of it but since when, how many devices take part, and whether this person may end it. */
    readonly other?: { readonly since: string; readonly devices: number; readonly forgotten: boolean };
  };
  /** True while a lesson is open on this poste, whoever's. */
  running(): boolean;
  /** @throws PreauError `LESSON_OPEN_ALREADY` */
  open(actor: Actor, order: OpenOrder): Promise<LessonView>;
  closeLesson(actor: Actor): Promise<void>;
  /**
   * Somebody else's lesson, once who opened it sits at no window here any more: the next class needs this poste.
   * @throws PreauError `LESSON_OPEN_ALREADY` while they do, `LESSON_NONE`
   */
  closeForgotten(actor: Actor): Promise<void>;
  joinCode(actor: Actor): { readonly code: string; readonly changesAt: string };
  /** The code on the board is another one from now on: who has the old one does not come back with it. */
  turnCode(): void;
  watch(actor: Actor, connection: string, tiles: readonly Wanted[]): void;
  keyFrame(actor: Actor, seat: SeatKey): void;
  /** After a pupil's code was made anew: the lesson that runs asks the new one. */
  renewRoster(): Promise<void>;
  /** A staff window is gone: what it watched is not watched any more. */
  connectionClosed(connection: string): void;
  /** A staff window hides behind its lock: what it watched is not watched any more, until it asks for what the board shows. */
  windowHidden(connection: string): void;
  deviceRevoked(device: Id<'device'>): void;
}

/** kbit/s for all screens of a lesson together: a school's Wi-Fi point serves 28 tablets with the rest. */
const SCREEN_CEILING = 3_000;

/** Opens the classroom and takes up the lesson that was running when the poste stopped. */
export async function createClassroom(deps: ClassroomDeps): Promise<ClassroomService> {
  const { platform, timers, rosters, databases } = deps;
  const { clock, random } = platform;
  const tools = { clock, random, posteId: deps.posteId };
  let code: LessonCode | undefined;
  const announcer = createStaffAnnouncer(platform, timers, (): Live => live, deps.cart);
  const live: Live = createLive({ platform, timers, posteId: deps.posteId }, announcer);
  const work = createWorkDesk(deps, live, announcer);
  const handIns = createHandIns(live, deps.files, random, work.announce);
  const items = createItemFiles(deps.files, random);
  const media = createMediaHub(live, deps.media, deps.screenKbit ?? SCREEN_CEILING, clock);
  const desk = createJoinDesk(live, clock);

  const view = (lesson: Lesson): LessonView => lessonView(lesson, announcer.tools, clock());
  /** @throws PreauError `LESSON_NONE`, `FORBIDDEN` for somebody else's lesson */
  function conducted(actor: Actor): ReturnType<Live['required']> {
    const { lesson, store } = live.required();
    demand(actor, 'lesson.conduct', lessonResource(lesson));
    return { lesson, store };
  }
  function started(lesson: Lesson): void {
    code = createLessonCode(lesson.id, random);
    const { mode, title, pictureCode } = lesson;
    for (const { link } of live.devices.values())
      link.send('join.lessonOpened', { mode, title, pictureCode });
  }

  /** A tool that fails keeps neither the lesson from opening nor what the others set from coming off. */
  async function eachTool(when: 'begin' | 'end', lesson: Lesson): Promise<void> {
    for (const tool of everyTool) {
      try {
        await tool[when]?.(lesson);
      } catch (error) {
        platform.log.error('lesson.tool', { when, error: error instanceof Error ? error.name : 'unknown' });
      }
    }
  }
  const collecting = createCollecting(live, timers, random, conducted);
  const toolbox = createTools({
    deps,
    live,
    announcer,
    desk,
    items,
    handIns,
    media,
    collecting,
    conducted,
  });
  const everyTool: readonly LessonTool[] = Object.values(toolbox);

  const conduct = createConduct(
    {
      live,
      desk,
      items,
      announcer,
      timers,
      platform,
      again: (kind, keys) => everyTool.forEach((tool) => tool.again?.(kind, keys)),
    },
    conducted,
  );
  const sending = createSending(deps, live, conducted, conduct.send);

  const ending = createEnding(deps, live, {
    lookAtClock: () => everyTool.forEach((tool) => tool.lookAtClock?.()),
    endAll: () => eachTool('end', live.required().lesson),
    forget() {
      items.forget();
      handIns.forget();
      code = undefined;
    },
  });
  /** Who opened it sits at no window of this poste any more: the next teacher may end it. */
  const isForgotten = ({ ownerId }: Lesson): boolean =>
    deps.present !== undefined && !deps.present().includes(ownerId);

  const found = await findRunning(tools, databases);
  if (found && !(await ending.buryPast(found))) {
    const roster = found.lesson.classId
      ? await rosters.roster(POSTE, found.lesson.classId, found.lesson.groupId)
      : undefined;
    live.begin(found.lesson, found.store, roster?.entries ?? []);
    started(found.lesson);
    await eachTool('begin', found.lesson);
    platform.log.info('lesson.resumed', { lesson: found.lesson.id });
  }

  return {
    gate: createGate(
      {
        lookAtClock: () => ending.lookAtClock(),
        live,
        desk,
        handIns,
        items,
        media,
        collecting,
        clock,
        timers,
        tools: toolbox,
        ...(deps.heardBattery && { heardBattery: deps.heardBattery }),
      },
      () => code,
    ),
    work,
    sending,
    collect: (actor) => collecting.collect(actor),
    tools: toolbox,
    onTold: announcer.onTold,
    state(actor) {
      demand(actor, 'lesson.open');
      const { lesson } = live;
      const own = lesson && authorize(actor, 'lesson.conduct', lessonResource(lesson));
      if (!lesson) return { busy: false };
      if (own) return { lesson: view(lesson), busy: false };
      const devices = Object.values(lesson.seats).filter((seat) => seat.joined && seat.presence === 'here');
      return {
        busy: true,
        other: { since: lesson.openedAt, devices: devices.length, forgotten: isForgotten(lesson) },
      };
    },
    running: () => live.lesson !== undefined,
    open(actor, order) {
      // A lesson with a class knows its pupils; one without is anonymous or numbered.
      demand(actor, 'lesson.open', order.class ? { kind: 'class', classId: order.class } : undefined);
      ending.lookAtClock();
      return live.durable(async () => {
        if (live.lesson) throw new PreauError('LESSON_OPEN_ALREADY');
        if (actor.kind !== 'staff') throw new PreauError('FORBIDDEN', { action: 'lesson.open' });
        if ((order.mode === 'personal' || order.group) && !order.class)
          throw new PreauError('BAD_INPUT', { path: 'class' });
        const roster = order.class ? await rosters.roster(actor, order.class, order.group) : undefined;
        const label = order.group
          ? await rosters.groupName?.(actor, order.group)
          : order.class
            ? (await rosters.classes(actor)).find((one) => one.id === order.class)?.label
            : undefined;
        const lesson: Lesson = {
          id: idFrom('lesson', random(9)),
          ownerId: actor.personId,
          classId: order.class,
          groupId: order.group,
          cartId: order.cart,
          mode: order.mode,
          title: order.title ?? label ?? '',
          pictureCode: order.pictureCode ?? roster?.pictureCode ?? false,
          openedAt: live.now(),
          seats: {},
          items: [],
          attention: NO_ATTENTION,
        };
        const store = openLessonStore(tools, await databaseOf(databases, order.class));
        await databases.mark.set(store.database.audience);
        await store.saveHead(lesson);
        live.begin(lesson, store, roster?.entries ?? []);
        // A tablet that hears of the lesson asks at once who sat there last: the plan is read by then.
        await eachTool('begin', lesson);
        started(lesson);
        platform.log.info('lesson.opened', { lesson: lesson.id, mode: lesson.mode });
        return view(live.required().lesson);
      });
    },
    closeLesson: (actor) =>
      live.durable(() => {
        conducted(actor);
        return ending.end(live.now());
      }),
    closeForgotten: (actor) =>
      live.durable(() => {
        demand(actor, 'lesson.open');
        const { lesson } = live.required();
        if (!isForgotten(lesson)) throw new PreauError('LESSON_OPEN_ALREADY');
        platform.log.info('lesson.forgotten', { lesson: lesson.id });
        return ending.end(live.now());
      }),
    joinCode(actor) {
      conducted(actor);
      if (!code) throw new PreauError('LESSON_NONE');
      const current = code.current(clock());
      return { code: current.code, changesAt: instant(current.changesAt) };
    },
    turnCode() {
      if (live.lesson) code = createLessonCode(live.lesson.id, random);
    },
    ...conduct,
    watch(actor, connection, tiles) {
      const {
        lesson: { id, seats },
      } = conducted(actor);
      media.watch(connection, tiles);
      if (tiles.length > 0)
        platform.tracer.trace(actor, 'screen.view', [
          id,
          ...tiles.flatMap(({ seat }) => seats[seat]?.pupils ?? []),
          ...tiles.map(({ seat }) => seat),
        ]);
    },
    keyFrame(actor, seat) {
      conducted(actor);
      media.keyFrame(seat);
    },
    renewRoster: () =>
      live.durable(async () => {
        const { classId, groupId } = live.lesson ?? {};
        if (classId) live.renewRoster((await rosters.roster(POSTE, classId, groupId)).entries);
      }),
    connectionClosed(connection) {
      media.unwatch(connection);
      for (const tool of everyTool) tool.windowClosed?.(connection);
    },
    windowHidden(connection) {
      media.unwatch(connection);
      for (const tool of everyTool) tool.windowHidden?.(connection);
    },
    deviceRevoked: (device) => live.devices.get(device)?.link.end('revoked'),
    async close() {
      announcer.close();
      ending.close();
      for (const tool of everyTool) await tool.close?.();
      for (const { link } of live.devices.values()) link.end('stopping');
      // What was being written is written: nothing confirmed is lost, nothing half done is confirmed.
      await live.durable(() => Promise.resolve());
    },
  };
}
