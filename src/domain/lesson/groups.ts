import type { LessonGroup, LessonPlan, Level, Member } from './plan';

/** Numbers from 0 (included) to 1, always the same for one seed (mulberry32, public domain). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function shuffle<T>(all: readonly T[], random: () => number): T[] {
  const out = [...all];
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const held = out[i];
    const other = out[j];
    if (held !== undefined && other !== undefined) [out[i], out[j]] = [other, held];
  }
  return out;
}

export interface Draw {
  readonly members: readonly Member[];
  /** How many groups, 1 to 12. */
  readonly count: number;
  readonly apart: LessonPlan['apart'];
  /** Spread over the groups: as many of each level in each, as far as it goes. */
  readonly levels?: LessonPlan['levels'] | undefined;
  readonly seed: number;
}
export interface Drawn {
  readonly groups: readonly (readonly Member[])[];
  /** Pairs that no draw could separate, said to the teacher. */
  readonly together: LessonPlan['apart'];
}

/** Fresh draws before the best one is taken as it is. */
const DRAWS = 40;

/** Groups of nearly the same size (one more or less), by chance; named pairs are kept apart wherever that is possible. */
export function drawGroups(draw: Draw): Drawn {
  const random = seeded(draw.seed);
  const here = new Set(draw.members);
  const pairs = draw.apart.filter(([a, b]) => a !== b && here.has(a) && here.has(b));
  let best: Drawn | undefined;
  for (let n = 0; n < DRAWS && best?.together.length !== 0; n += 1) {
    const groups = separate(deal(draw, random), pairs, draw.levels, random);
    const together = pairs.filter(([a, b]) => groups.some((one) => one.includes(a) && one.includes(b)));
    if (!best || together.length < best.together.length) best = { groups, together };
  }
  return best ?? { groups: [], together: [] };
}

/** One card each in turn; with levels, all of one level before the next. */
function deal({ members, count, levels }: Draw, random: () => number): Member[][] {
  const shuffled = shuffle(members, random);
  const inTurn = levels ? shuffled.sort((a, b) => (levels[a] ?? 0) - (levels[b] ?? 0)) : shuffled;
  const groups: Member[][] = Array.from({ length: Math.max(1, count) }, () => []);
  inTurn.forEach((member, index) => groups[index % groups.length]?.push(member));
  return groups;
}

/** Exchanges two members (of one level, where levels count) as long as that separates somebody. */
function separate(
  groups: Member[][],
  pairs: LessonPlan['apart'],
  levels: LessonPlan['levels'] | undefined,
  random: () => number,
): Member[][] {
  const foes = new Map<Member, Set<Member>>();
  for (const [a, b] of pairs) {
    foes.set(a, (foes.get(a) ?? new Set()).add(b));
    foes.set(b, (foes.get(b) ?? new Set()).add(a));
  }
  const clashes = (member: Member, group: readonly Member[]): number =>
    group.filter((other) => foes.get(member)?.has(other)).length;
  for (let turn = 0; turn < pairs.length * 8; turn += 1) {
    const [a] = shuffle(pairs, random).find(([one, other]) =>
      groups.some((group) => group.includes(one) && group.includes(other)),
    ) ?? [undefined];
    const home = groups.find((group) => a !== undefined && group.includes(a));
    if (a === undefined || !home) return groups;
    const places = shuffle(
      groups.filter((group) => group !== home).flatMap((group) => group.map((b) => ({ b, group }))),
      random,
    );
    const gain = ({ b, group }: { b: Member; group: Member[] }): number =>
      clashes(a, home) + clashes(b, group) - clashes(a, without(group, b)) - clashes(b, without(home, a));
    const better = places.find(
      (place) => gain(place) > 0 && (!levels || (levels[place.b] ?? 0) === (levels[a] ?? 0)),
    );
    if (!better) return groups;
    home[home.indexOf(a)] = better.b;
    better.group[better.group.indexOf(better.b)] = a;
  }
  return groups;
}
const without = (group: readonly Member[], member: Member): Member[] =>
  group.filter((other) => other !== member);

/** One group a level, lowest first; who has none given is left out. */
export function groupsByLevel(
  members: readonly Member[],
  levels: LessonPlan['levels'],
): { readonly level: Level; readonly members: Member[] }[] {
  return ([1, 2, 3, 4] as const)
    .map((level) => ({ level, members: members.filter((member) => levels[member] === level) }))
    .filter((one) => one.members.length > 0);
}

/** A member is in one group: put here, it leaves the other. Without a group, it leaves all. */
export function putInGroup(
  groups: readonly LessonGroup[],
  member: Member,
  into: string | undefined,
): LessonGroup[] {
  return groups.map((group) => {
    const others = group.members.filter((other) => other !== member);
    return { ...group, members: group.id === into ? [...others, member] : others };
  });
}
