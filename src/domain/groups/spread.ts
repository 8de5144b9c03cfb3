import { GRADES, type Grade } from '../people/person';

/**
 * « Répartir la classe »: who goes where, proposed in the time it takes to look at it. The same school gives the same
 * proposal on every computer. What a person placed by hand is not moved again.
 */
export interface SpreadPupil {
  readonly id: string;
  readonly grade?: Grade | undefined;
  /** Classes in which a brother or sister is, where that is known. */
  readonly siblingsIn?: readonly string[] | undefined;
}
export interface SpreadHost {
  readonly id: string;
  readonly grades: readonly Grade[];
  /** Its own pupils, and the guests it already has. */
  readonly size: number;
}
export interface SpreadOrder {
  readonly pupils: readonly SpreadPupil[];
  readonly hosts: readonly SpreadHost[];
  /** Two by two: not in one class. */
  readonly apart?: readonly (readonly [string, string])[] | undefined;
  /** Where somebody put a child: stays, if that class still hosts. */
  readonly placed?: ReadonlyMap<string, string> | undefined;
}

/** Nursery school and CP: nobody that small goes alone into a room where they know no child. */
const LITTLE: readonly (Grade | undefined)[] = ['TPS', 'PS', 'MS', 'GS', 'CP'];
export const isLittle = (pupil: Pick<SpreadPupil, 'grade'>): boolean => LITTLE.includes(pupil.grade);

/** One child more in a class counts as much as this many steps between grades, at a difference of four pupils. */
const LEVEL = 1.5;
const APART = 10_000;
const SIBLING = 6;
const ROUNDS = 60;

/** Children who move as one. */
interface Unit {
  readonly pupils: readonly SpreadPupil[];
  readonly fixed: string | undefined;
}

/** Class by child; empty where no class hosts. */
export function spread(order: SpreadOrder): Map<string, string> {
  const hosts = [...order.hosts].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (hosts.length === 0) return new Map();
  const units = unitsOf(order, new Set(hosts.map(({ id }) => id)));
  const places = units.map(({ fixed }) => fixed);
  const costs = costsOf(order, hosts, units);
  for (const [at, place] of places.entries())
    if (place === undefined) places[at] = costs.cheapest(places, at);
  improve(places, units, hosts, costs);
  return new Map(units.flatMap(({ pupils }, at) => pupils.map(({ id }) => [id, places[at] ?? ''] as const)));
}

/** Little ones two by two (three where the number is odd) with somebody of their grade; never two who are kept apart. */
function unitsOf({ pupils, apart = [], placed }: SpreadOrder, hosts: ReadonlySet<string>): Unit[] {
  const units: Unit[] = [];
  const free: SpreadPupil[] = [];
  for (const pupil of [...pupils].sort(byGrade)) {
    const place = placed?.get(pupil.id);
    if (place !== undefined && hosts.has(place)) units.push({ pupils: [pupil], fixed: place });
    else free.push(pupil);
  }
  const areApart = (a: SpreadPupil, b: SpreadPupil): boolean =>
    apart.some(([one, other]) => (one === a.id && other === b.id) || (one === b.id && other === a.id));
  const little = free.filter(isLittle);
  units.push(...free.filter((one) => !isLittle(one)).map((one) => ({ pupils: [one], fixed: undefined })));
  const groups: SpreadPupil[][] = [];
  while (little.length > 0) {
    const first = little.shift();
    if (!first) break;
    const mate = little.findIndex((other) => !areApart(first, other));
    if (mate >= 0) groups.push([first, ...little.splice(mate, 1)]);
    else {
      const kind = groups.find((group) => group.length === 2 && group.every((one) => !areApart(one, first)));
      if (kind) kind.push(first);
      else groups.push([first]);
    }
  }
  units.push(...groups.map((group) => ({ pupils: group, fixed: undefined })));
  // The largest first, so that what is left over is small.
  return units.sort(
    (a, b) =>
      Number(a.fixed === undefined) - Number(b.fixed === undefined) || b.pupils.length - a.pupils.length,
  );
}

const rank = (grade: Grade | undefined): number => (grade ? GRADES.indexOf(grade) : -1);
const byGrade = (a: SpreadPupil, b: SpreadPupil): number =>
  rank(a.grade) - rank(b.grade) || (a.id < b.id ? -1 : 1);

interface Costs {
  total(places: readonly (string | undefined)[]): number;
  cheapest(places: readonly (string | undefined)[], at: number): string;
}

function costsOf({ apart = [] }: SpreadOrder, hosts: readonly SpreadHost[], units: readonly Unit[]): Costs {
  const byId = new Map(hosts.map((host) => [host.id, host]));
  const unitOf = new Map(units.flatMap(({ pupils }, at) => pupils.map(({ id }) => [id, at] as const)));
  const level = (pupil: SpreadPupil, host: SpreadHost): number => {
    if (pupil.grade === undefined || host.grades.length === 0) return 0;
    return Math.min(...host.grades.map((grade) => Math.abs(rank(grade) - rank(pupil.grade))));
  };
  const own = units.map(
    ({ pupils }) =>
      new Map(
        hosts.map((host) => [
          host.id,
          pupils.reduce(
            (sum, pupil) =>
              sum + LEVEL * level(pupil, host) - (pupil.siblingsIn?.includes(host.id) ? SIBLING : 0),
            0,
          ),
        ]),
      ),
  );
  const total = (places: readonly (string | undefined)[]): number => {
    const sizes = new Map(hosts.map(({ id, size }) => [id, size]));
    let cost = 0;
    for (const [at, place] of places.entries()) {
      if (place === undefined) continue;
      cost += own[at]?.get(place) ?? 0;
      sizes.set(place, (sizes.get(place) ?? 0) + (units[at]?.pupils.length ?? 0));
    }
    for (const [one, other] of apart) {
      const [a, b] = [places[unitOf.get(one) ?? -1], places[unitOf.get(other) ?? -1]];
      if (a !== undefined && a === b) cost += APART;
    }
    for (const size of sizes.values()) cost += size * size;
    return cost;
  };
  return {
    total,
    cheapest(places, at) {
      let best: { readonly id: string; readonly cost: number } | undefined;
      for (const id of byId.keys()) {
        const cost = total(places.with(at, id));
        if (!best || cost < best.cost) best = { id, cost };
      }
      return best?.id ?? '';
    },
  };
}

/** Moves one, or exchanges two, as long as it makes the whole better. */
function improve(
  places: (string | undefined)[],
  units: readonly Unit[],
  hosts: readonly SpreadHost[],
  costs: Costs,
): void {
  let best = costs.total(places);
  const movable = units.flatMap(({ fixed }, at) => (fixed === undefined ? [at] : []));
  const tried = (change: () => void, back: () => void): boolean => {
    change();
    const cost = costs.total(places);
    if (cost < best) {
      best = cost;
      return true;
    }
    back();
    return false;
  };
  const put = (at: number, place: string | undefined): void => void (places[at] = place);
  for (let round = 0; round < ROUNDS; round++) {
    let better = false;
    for (const at of movable) {
      for (const { id } of hosts) {
        const was = places[at];
        if (id !== was) better = tried(() => put(at, id), () => put(at, was)) || better; // prettier-ignore
      }
      for (const other of movable) {
        const [here, there] = [places[at], places[other]];
        if (other <= at || here === there) continue;
        const swap = (a: string | undefined, b: string | undefined) => (): void => {
          put(at, a);
          put(other, b);
        };
        better = tried(swap(there, here), swap(here, there)) || better;
      }
    }
    if (!better) return;
  }
}
