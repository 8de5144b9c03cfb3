import type { Id } from '../id';
import type { Seat, SeatKey } from './model';

/** Whom a group or a place is for: a pupil in a lesson by name, else the device that stands for one. */
export type Member = Id<'pupil'> | SeatKey;

export const LAYOUTS = ['rows', 'columns', 'islands'] as const;
export type Layout = (typeof LAYOUTS)[number];
/** The room as squares, the board at the top: wide enough for seven pairs of tables and the aisles between them. */
export const ROOM_WIDTH = 14;
export const ROOM_HEIGHT = 9;

export interface Place {
  readonly member: Member;
  /** From the left, 0 to `ROOM_WIDTH` - 1. */
  readonly x: number;
  /** From the board, 0 to `ROOM_HEIGHT` - 1. */
  readonly y: number;
}
export interface LessonGroup {
  readonly id: string;
  readonly name: string;
  readonly members: readonly Member[];
}
/** What one group does before « Au suivant »: a sentence, something to open, or both. */
export interface Workshop {
  readonly id: string;
  readonly name: string;
  readonly text?: string | undefined;
  readonly item?: Id<'item'> | undefined;
}
export const MAX_GROUPS = 12;
export const MAX_WORKSHOPS = 12;
export const MAX_APART = 60;
/** A level is the teacher's word for this plan, 1 to 4; nothing computes it (CARMO #9.18). */
export const LEVELS = [1, 2, 3, 4] as const;
export type Level = (typeof LEVELS)[number];

/** How a class sits and works, as its teacher arranged it: found again at the next lesson. */
export interface LessonPlan {
  readonly layout: Layout;
  readonly places: readonly Place[];
  readonly groups: readonly LessonGroup[];
  readonly levels: Readonly<Partial<Record<Member, Level>>>;
  /** Pairs that chance keeps apart. */
  readonly apart: readonly (readonly [Member, Member])[];
  readonly workshops: readonly Workshop[];
  /** How often « Au suivant » was said in that lesson. */
  readonly rotation?: { readonly lesson: Id<'lesson'>; readonly turn: number } | undefined;
  /** Devices put out during that lesson, and the spare that goes on. */
  readonly replaced?:
    { readonly lesson: Id<'lesson'>; readonly by: Readonly<Partial<Record<SeatKey, SeatKey>>> } | undefined;
  /** Who sat at a device last time. */
  readonly sat: Readonly<Partial<Record<Id<'device'>, readonly Id<'pupil'>[]>>>;
}
export const NO_PLAN: LessonPlan = {
  layout: 'rows',
  places: [],
  groups: [],
  levels: {},
  apart: [],
  workshops: [],
  sat: {},
};

/** The devices of these members now. One who is on no device has none; two who share have one. */
export function seatsOfMembers(
  seats: readonly { readonly key: SeatKey; readonly pupils: readonly Id<'pupil'>[] }[],
  members: readonly Member[],
): SeatKey[] {
  const wanted = new Set<Member>(members);
  return seats
    .filter(({ key, pupils }) => wanted.has(key) || pupils.some((pupil) => wanted.has(pupil)))
    .map(({ key }) => key);
}

/**
 * The devices as their members sit in the room: row by row from the board, each row from the left; then those who have no
 * place on the map, in the order given. Two who share sit where the first of them has a place.
 */
export function inRoomOrder<
  T extends { readonly key: SeatKey; readonly pupils: readonly { readonly id: Id<'pupil'> }[] },
>(seats: readonly T[], places: readonly Place[]): readonly T[] {
  if (places.length === 0) return seats;
  const squares = new Map<Member, number>(places.map(({ member, x, y }) => [member, y * ROOM_WIDTH + x]));
  const at = ({ key, pupils }: T): number =>
    Math.min(...[key, ...pupils.map(({ id }) => id)].map((member) => squares.get(member) ?? Infinity));
  return seats
    .map((seat) => ({ seat, square: at(seat) }))
    .sort((a, b) => (a.square === b.square ? 0 : a.square - b.square))
    .map(({ seat }) => seat);
}

/** Tables as most rooms have them. In reading order, so that a class in alphabetical order is found easily. */
export function arrange(members: readonly Member[], layout: Layout): Place[] {
  const squares = SQUARES[layout];
  return members.flatMap((member, index) => {
    const square = squares[index];
    return square ? [{ member, ...square }] : [];
  });
}

type Square = Pick<Place, 'x' | 'y'>;
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);
const inOrder = (xs: readonly number[], ys: readonly number[]): Square[] =>
  ys.flatMap((y) => xs.map((x) => ({ x, y })));
/** What does not fit the figure goes where there is room. */
function filled(first: readonly Square[]): Square[] {
  const taken = new Set(first.map(({ x, y }) => `${x} ${y}`));
  const rest = inOrder(range(0, ROOM_WIDTH), range(0, ROOM_HEIGHT));
  return [...first, ...rest.filter(({ x, y }) => !taken.has(`${x} ${y}`))];
}
/** Four tables pushed together. */
const ISLANDS = [1, 4, 7].flatMap((y) =>
  [0, 3, 6, 9, 12].flatMap((x) =>
    inOrder(
      [x, x + 1],
      [y, y + 1].filter((at) => at < ROOM_HEIGHT),
    ),
  ),
);
const SQUARES: Readonly<Record<Layout, readonly Square[]>> = {
  rows: filled(inOrder([2, 3, 5, 6, 8, 9, 11, 12], [1, 3, 5, 7])),
  columns: filled([1, 2, 5, 6, 9, 10].flatMap((x) => range(1, 8).map((y) => ({ x, y })))),
  islands: filled(ISLANDS),
};

/** Moves somebody; who sits there takes the place that was left. A member not yet placed pushes the other off the map. */
export function moveTo(places: readonly Place[], member: Member, square: Square): Place[] {
  const from = places.find((place) => place.member === member);
  const others = places.filter((place) => place.member !== member);
  const moved = others.flatMap((place) => {
    if (place.x !== square.x || place.y !== square.y) return [place];
    return from ? [{ ...place, x: from.x, y: from.y }] : [];
  });
  return [...moved, { member, x: square.x, y: square.y }];
}

/** What a device that was replaced stood for is meant for the spare from now on. */
export function replaceMember(plan: LessonPlan, from: Member, to: Member): LessonPlan {
  const swap = (member: Member): Member => (member === from ? to : member);
  return {
    ...plan,
    places: plan.places
      .filter((place) => place.member !== to)
      .map((place) => ({ ...place, member: swap(place.member) })),
    groups: plan.groups.map((group) => ({ ...group, members: [...new Set(group.members.map(swap))] })),
    apart: plan.apart.map(([a, b]) => [swap(a), swap(b)] as const).filter(([a, b]) => a !== b),
  };
}

/** Who sat where, of those who are there now; a device nobody took keeps what was known of it. */
export function whoSat(before: LessonPlan['sat'], seats: readonly Seat[]): LessonPlan['sat'] {
  const now = seats.flatMap(({ key, pupils }) =>
    key.startsWith('visitor-') || pupils.length === 0 ? [] : [[key, pupils] as const],
  );
  const taken = new Set(now.flatMap(([, pupils]) => pupils));
  const kept = Object.entries(before)
    .map(([key, pupils]) => [key, (pupils ?? []).filter((pupil) => !taken.has(pupil))] as const)
    .filter(([, pupils]) => pupils.length > 0);
  return Object.fromEntries([...kept, ...now]);
}
