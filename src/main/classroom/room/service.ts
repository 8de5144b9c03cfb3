import { PreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import type { Lesson, SeatKey } from '../../../domain/lesson/model';
import {
  NO_PLAN,
  replaceMember,
  seatsOfMembers,
  whoSat,
  type LessonPlan,
  type Workshop,
} from '../../../domain/lesson/plan';
import { mayFindAgain } from '../../../domain/lesson/hand-in';
import { greeted, itemsTakenOver, removeVisitor, swapSeats } from '../../../domain/lesson/room';
import { seatAt } from '../../../domain/lesson/seats';
import { workshopOf } from '../../../domain/lesson/workshops';
import type { Actor } from '../../../domain/rights/actor';
import type { InputOf, ReplyOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import type { RoomView, roomSubject } from '../../../contract/staff/room';
import type { AudienceDatabase } from '../../../store/port';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { demandPresence, demandWork } from '../seat-rights';
import type { HandInDocument, KeptFile } from '../documents';
import type { PupilShelf } from '../notes/shelf';
import { createDrafts, type DraftOf } from './drafts';
import { give, saveItem } from './items';
import { planBaseOf, readPlan, savePlan } from './plan-store';
import { lastLessons } from './last-lessons';

type StaffIn<K extends keyof (typeof roomSubject)['requests']> = InputOf<
  { room: typeof roomSubject },
  `room.${K & string}`
>;
type Out<M extends 'room.share' | 'room.greeting' | 'room.state' | 'room.begun' | 'room.page'> = ReplyOf<
  PupilContract,
  M
>;

/** How the class sits and works: places, groups, workshops, who is greeted where, a spare for a tablet that gave up. */
export interface Room extends LessonTool {
  state(actor: Actor): Promise<RoomView>;
  last(actor: Actor, classes: readonly Id<'class'>[]): ReturnType<typeof lastLessons>;
  places(actor: Actor, order: StaffIn<'places'>): Promise<void>;
  groups(actor: Actor, order: StaffIn<'groups'>): Promise<void>;
  workshops(actor: Actor, order: StaffIn<'workshops'>): Promise<void>;
  /** « Au suivant ». @throws PreauError `NOT_FOUND` without groups or workshops */
  next(actor: Actor): Promise<{ turn: number }>;
  endWorkshops(actor: Actor): Promise<void>;
  swap(actor: Actor, from: SeatKey, to: SeatKey): Promise<void>;
  /** A visitor out of the lesson; the caller changes the code on the board. */
  sendAway(actor: Actor, seat: SeatKey): Promise<void>;

  greeting(key: SeatKey): Promise<Out<'room.greeting'>>;
  /** What stands for this device now; a workshop's document reaches who comes late. */
  arrived(key: SeatKey): Promise<Out<'room.state'>>;
  share(key: SeatKey, of: number, turn: number): Out<'room.share'>;
  keep(key: SeatKey, input: InputOf<PupilContract, 'room.keep'>): void;
  drop(key: SeatKey, of: DraftOf): void;
  begun(key: SeatKey, of: DraftOf): Out<'room.begun'>;
  page(key: SeatKey, of: DraftOf & { readonly page: number; readonly from: number }): Out<'room.page'>;
  /** A device at the door that nobody has introduced yet, and the end of its line. */
  knocked(line: object): void;
  knockedOff(line: object): void;
}

/** Changes are told together, ms. */
const GATHER = 100;

export function createRoom(context: ToolContext, shelf: Pick<PupilShelf, 'give'>): Room {
  const { deps, live, announcer, desk, conducted } = context;
  const { platform, timers, databases } = deps;
  const drafts = createDrafts();
  const shares = new Map<SeatKey, { of: number; turn: number }>();
  const sat = new Map<SeatKey, readonly Id<'pupil'>[]>();
  const strangers = new Set<object>();
  let late: readonly Id<'pupil'>[] = [];
  let plan: LessonPlan = NO_PLAN;
  let base: AudienceDatabase | undefined;
  let unhear: (() => void) | undefined;
  let cancel: (() => void) | undefined;

  const turnIn = (lesson: Lesson): number | undefined =>
    plan.rotation?.lesson === lesson.id ? plan.rotation.turn : undefined;
  const replacedIn = (lesson: Lesson): Partial<Record<SeatKey, SeatKey>> =>
    plan.replaced?.lesson === lesson.id ? plan.replaced.by : {};

  function view(lesson: Lesson): RoomView {
    const named = (ids: Iterable<Id<'pupil'>>) =>
      [...ids].flatMap((id) => {
        const name = announcer.tools.nameOf(id);
        return name === undefined ? [] : [{ id, name }];
      });
    const turn = turnIn(lesson);
    return {
      lesson: lesson.id,
      members: lesson.mode === 'personal' ? live.roster.map(({ id, name }) => ({ id, name })) : [],
      layout: plan.layout,
      places: [...plan.places],
      groups: plan.groups.map((group) => ({ ...group, members: [...group.members] })),
      levels: { ...plan.levels } as RoomView['levels'],
      apart: plan.apart.map(([a, b]) => [a, b] as [typeof a, typeof b]),
      workshops: plan.workshops.map((workshop) => ({ ...workshop })),
      ...(turn !== undefined && { turn }),
      absent: named(live.absent),
      late: named(late),
      unknown: strangers.size,
      replaced: Object.entries(replacedIn(lesson)).flatMap(([seat, by]) =>
        by ? [{ seat: seat as SeatKey, by }] : [],
      ),
      turns: [...shares].map(([seat, { of, turn: now }]) => ({ seat, of, turn: now })),
      kept: base !== undefined,
    };
  }
  function changed(): void {
    cancel ??= timers.after(GATHER, () => {
      cancel = undefined;
      if (live.lesson) platform.publish('room.changed', view(live.lesson), announcer.mayHear);
    });
  }
  async function keepPlan(lesson: Lesson, next: LessonPlan): Promise<void> {
    if (base) await savePlan(base, lesson, next, { random: platform.random, at: live.now() });
    plan = next;
    changed();
  }
  const change = (actor: Actor, next: (lesson: Lesson) => LessonPlan): Promise<void> =>
    live.durable(async () => {
      const { lesson } = conducted(actor);
      await keepPlan(lesson, next(lesson));
    });
  async function readAttendance(lesson: Lesson): Promise<void> {
    if (!lesson.classId || !deps.attendance) return;
    const said = await deps.attendance(lesson.classId);
    if (live.lesson?.id !== lesson.id) return;
    const moved = said.absent.length !== live.absent.size || said.absent.some((id) => !live.absent.has(id));
    if (!moved && said.late.join() === late.join()) return;
    live.absent = new Set(said.absent);
    late = said.late;
    announcer.lessonChanged();
    changed();
  }

  const seatsOf = (lesson: Lesson, group: string): SeatKey[] =>
    seatsOfMembers(Object.values(lesson.seats), plan.groups.find((one) => one.id === group)?.members ?? []);
  /** By whose turn it is, or by all who sit there. */
  function handedInBy(key: SeatKey): Out<'room.share'>['handedIn'] {
    const seat = live.lesson && seatAt(live.lesson, key);
    if (!seat?.joined) return [];
    const { of, turn } = shares.get(key) ?? { of: 1, turn: 1 };
    if (of < 2) return context.handIns.lastVersions(seat);
    // Those who share by number have nothing that tells their work apart: each starts anew.
    return seat.pupils.length === of
      ? context.handIns.lastVersions({ ...seat, pupils: seat.pupils.slice(turn - 1, turn) })
      : [];
  }
  const asTold = ({ name, text }: Workshop) => ({ name, ...(text && { text }) });
  /** What that device's group does now; of two groups at one device, the first. */
  function workshopAt(lesson: Lesson, key: SeatKey): Workshop | undefined {
    const turn = turnIn(lesson);
    const group = plan.groups.find((one) => seatsOf(lesson, one.id).includes(key));
    return turn !== undefined && group ? workshopOf(plan.groups, plan.workshops, group.id, turn) : undefined;
  }
  function tellWorkshops(lesson: Lesson): void {
    for (const [key, { link }] of live.devices) {
      const workshop = workshopAt(lesson, key);
      link.send('room.workshop', workshop ? { workshop: asTold(workshop) } : {});
    }
  }

  return {
    async begin(lesson) {
      base = await planBaseOf(databases, lesson);
      plan = base ? readPlan(base, lesson) : NO_PLAN;
      unhear = live.required().store.database.onChange(({ id }) => {
        if (id.startsWith('roll_')) void readAttendance(lesson).catch(() => undefined);
      });
      await readAttendance(lesson);
    },
    async end(lesson) {
      unhear?.();
      cancel?.();
      cancel = undefined;
      const now = Object.values(lesson.seats).map((seat) =>
        seat.pupils.length > 0 ? seat : { ...seat, pupils: sat.get(seat.key) ?? [] },
      );
      // Who left one device for another sits at the other.
      const inside = new Set(Object.values(lesson.seats).flatMap((seat) => seat.pupils));
      const last = now.map((seat) =>
        seatAt(lesson, seat.key)?.pupils.length
          ? seat
          : { ...seat, pupils: seat.pupils.filter((pupil) => !inside.has(pupil)) },
      );
      const next = { ...plan, rotation: undefined, replaced: undefined, sat: whoSat(plan.sat, last) };
      try {
        if (base && (lesson.mode === 'personal' || plan !== NO_PLAN))
          await savePlan(base, lesson, next, { random: platform.random, at: live.now() });
      } finally {
        plan = NO_PLAN;
        base = undefined;
        late = [];
        drafts.forget();
        shares.clear();
        sat.clear();
      }
    },
    close() {
      unhear?.();
      cancel?.();
    },

    async state(actor) {
      const { lesson } = conducted(actor);
      await readAttendance(lesson).catch(() => undefined);
      return view(conducted(actor).lesson);
    },
    last: (actor, classes) => lastLessons(deps, actor, classes),
    places: (actor, { layout, places }) => change(actor, () => ({ ...plan, layout, places })),
    groups: (actor, { groups, levels, apart }) =>
      change(actor, () => ({
        ...plan,
        groups,
        levels: levels as LessonPlan['levels'],
        apart,
      })).then(() => tellWorkshops(live.required().lesson)),
    workshops: (actor, { workshops }) => change(actor, () => ({ ...plan, workshops })),
    next: (actor) =>
      live.durable(async () => {
        const { lesson, store } = conducted(actor);
        if (plan.groups.length === 0 || plan.workshops.length === 0)
          throw new PreauError('NOT_FOUND', { kind: 'workshop' });
        const turn = (turnIn(lesson) ?? -1) + 1;
        await keepPlan(lesson, { ...plan, rotation: { lesson: lesson.id, turn } });
        for (const group of plan.groups) {
          const workshop = workshopOf(plan.groups, plan.workshops, group.id, turn);
          if (workshop?.item) {
            const given = await give(context, store, workshop.item, seatsOf(lesson, group.id));
            // From an earlier lesson: it is this lesson's own from now on.
            if (given && given !== workshop.item)
              await keepPlan(lesson, {
                ...plan,
                workshops: plan.workshops.map((one) =>
                  one.id === workshop.id ? { ...one, item: given } : one,
                ),
              });
          }
        }
        tellWorkshops(live.required().lesson);
        return { turn };
      }),
    endWorkshops: (actor) =>
      change(actor, () => ({ ...plan, rotation: undefined })).then(() =>
        tellWorkshops(live.required().lesson),
      ),
    async swap(actor, from, to) {
      conducted(actor);
      // What is on that device alone comes first, where it can still say so.
      if (drafts.hasTaken(from)) await context.collecting.handOver(actor, from);
      await live.durable(async () => {
        const { lesson, store } = conducted(actor);
        const next = swapSeats(lesson, from, to);
        for (const item of itemsTakenOver(lesson, from, to)) await saveItem(store, item);
        const old = seatAt(lesson, from)?.outcomes ?? {};
        for (const [item, outcome] of Object.entries(old))
          await store.addOutcome(next, to, item as Id<'item'>, outcome);
        for (const key of [to, from]) await store.saveSeat(next, key);
        live.update((held) => swapSeats(held, from, to));
        drafts.move(from, to);
        await keepPlan(lesson, {
          ...replaceMember(plan, from, to),
          // A spare that was replaced before is a device like any other again.
          replaced: { lesson: lesson.id, by: { ...replacedIn(lesson), [from]: to, [to]: undefined } },
        });
        const share = shares.get(from);
        shares.delete(from);
        // Those who take turns go on with whose turn it was.
        if (share) shares.set(to, share);
        const cards = desk.cards(live.required().lesson, to);
        live.devices.get(from)?.link.send('room.replaced', { by: seatAt(lesson, to)?.label ?? '' });
        live.devices.get(to)?.link.send('join.seatChanged', {
          joined: seatAt(live.required().lesson, to)?.joined ?? false,
          pupils: cards,
        });
        live.sendAttention([from, to]);
        context.media.seatsMoved();
        announcer.lessonChanged();
      });
    },
    sendAway: (actor, seat) =>
      live.durable(async () => {
        const { lesson, store } = conducted(actor);
        const next = removeVisitor(lesson, seat);
        const held = seatAt(lesson, seat);
        if (held)
          await store.saveSeat(
            {
              ...lesson,
              seats: { ...lesson.seats, [seat]: { ...held, joined: false, nickname: undefined } },
            },
            seat,
          );
        live.devices.get(seat)?.link.end('stopping');
        live.commit({ ...live.required().lesson, seats: next.seats });
        announcer.lessonChanged();
      }),

    async greeting(key) {
      const { lesson } = live.required();
      demandPresence(lesson, key);
      const by = replacedIn(lesson)[key];
      if (by && !seatAt(lesson, key)?.joined)
        return { pupils: [], replacedBy: seatAt(lesson, by)?.label ?? '' };
      await readAttendance(lesson).catch(() => undefined);
      const known = new Set(live.roster.map(({ id }) => id));
      const pupils = greeted(live.required().lesson, plan.sat, key, known, live.absent);
      return {
        pupils: pupils.flatMap((id) => {
          const entry = live.roster.find((one) => one.id === id);
          return entry ? [{ id, name: entry.name, symbol: entry.symbol, present: false }] : [];
        }),
      };
    },
    async arrived(key) {
      const { lesson, store } = live.required();
      demandPresence(lesson, key);
      const seat = seatAt(lesson, key);
      if (seat && seat.pupils.length > 0) sat.set(key, seat.pupils);
      const workshop = workshopAt(lesson, key);
      if (workshop?.item && seat?.joined) {
        const { item } = workshop;
        await live.durable(() => give(context, store, item, [key]));
      }
      const share = shares.get(key);
      return {
        ...(workshop && { workshop: asTold(workshop) }),
        ...(share && { share }),
        handedIn: handedInBy(key),
      };
    },
    share(key, of, turn) {
      demandWork(live.required().lesson, key);
      if (of < 2 || turn > of) shares.delete(key);
      else shares.set(key, { of, turn });
      changed();
      return { handedIn: handedInBy(key) };
    },
    keep(key, input) {
      demandOwn(key, input);
      drafts.keep(key, input);
    },
    drop(key, of) {
      demandOwn(key, of);
      drafts.drop(key, of);
    },
    begun(key, of) {
      demandOwn(key, of);
      const files = handedOver(key, of).map((file) => {
        const { url, type } = shelf.give(key, file);
        return { url, type };
      });
      return { ...drafts.begun(key, of), ...(files.length > 0 && { files }) };
    },
    page(key, { page, from, ...of }) {
      demandOwn(key, of);
      return drafts.page(key, of, page, from);
    },
    knocked(line) {
      strangers.add(line);
      changed();
    },
    knockedOff(line) {
      if (strangers.delete(line)) changed();
    },
  };

  /** What the device that was put out gave of that work, as long as nothing newer came. */
  function handedOver(key: SeatKey, { item, pupils, turn }: DraftOf): KeptFile[] {
    const { lesson, store } = live.required();
    const from = Object.entries(replacedIn(lesson)).find(([, by]) => by === key)?.[0];
    if (from === undefined || turn !== undefined) return [];
    const last = store.database
      .all<HandInDocument>('handIn')
      .map(({ body }) => body)
      .filter((one) => one.lesson === lesson.id && one.item === item)
      .filter((one) =>
        pupils.length > 0 ? mayFindAgain(pupils, one) : [from, key].includes(one.seat as SeatKey),
      )
      .sort((a, b) => a.receivedAt.localeCompare(b.receivedAt))
      .at(-1);
    if (!last?.unfinished || last.seat !== from) return [];
    return last.parts.flatMap((part) => (part.kind === 'file' ? (last.files[part.upload] ?? []) : []));
  }
  /** A device speaks of its own pupils' work on what was sent to the lesson, and of nothing else. */
  function demandOwn(key: SeatKey, { item, pupils }: DraftOf): void {
    const { lesson } = live.required();
    demandWork(lesson, key);
    const seat = seatAt(lesson, key);
    if (
      pupils.some((pupil) => !seat?.pupils.includes(pupil)) ||
      (lesson.mode === 'personal' && !pupils.length)
    )
      throw new PreauError('FORBIDDEN', { action: 'handIn' });
    if (!lesson.items.some((one) => one.id === item)) throw new PreauError('NOT_FOUND', { kind: 'item' });
  }
}
