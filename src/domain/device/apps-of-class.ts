import type { AppsOrder } from './may-run';

/** The applications of a class: tablets name theirs by package, computers in pupil mode by words (CARMO #9.6). Pure. */

/** An application as a computer in pupil mode names it: the id is that computer's own, the name is what people read. */
export interface ComputerApp {
  readonly id: string;
  readonly name: string;
}

/** « Calculatrice », « calculatrice » and « CALCULATRICE » are one application. */
export const foldName = (name: string): string =>
  name.normalize('NFKD').replace(/\p{M}/gu, '').replace(/\s+/gu, ' ').trim().toLowerCase();

/** What a lesson names: packages of tablets, names of computers. */
export interface ClassOrder extends AppsOrder {
  readonly programs: readonly string[];
}

/** The same order in one computer's own words: only ids of its own list. */
export function orderFor(
  { mode, programs }: Pick<ClassOrder, 'mode' | 'programs'>,
  own: readonly ComputerApp[],
): { mode: ClassOrder['mode']; apps: string[] } {
  if (mode === 'all') return { mode, apps: [] };
  const named = new Set(programs.map(foldName));
  return {
    mode,
    apps: [...new Set(own.filter(({ name }) => named.has(foldName(name))).map(({ id }) => id))],
  };
}

/** What one device has. */
export type AppsOfDevice =
  | { readonly kind: 'tablet'; readonly apps: readonly { readonly app: string; readonly name?: string }[] }
  | { readonly kind: 'computer'; readonly apps: readonly ComputerApp[] };

/** One application of the class, on whatever has it. */
export interface ClassApp {
  readonly name: string;
  /** Packages by which tablets know it. */
  readonly apps: readonly string[];
  /** The name by which computers know it. */
  readonly program?: string;
  readonly tablets: number;
  readonly computers: number;
}

/**
 * One list for the whole class, by name. One device counts once for a name, however often it says it.
 * @param most those that most devices have come first to be kept; the list itself is in the order of the alphabet
 */
export function mergeApps(devices: readonly AppsOfDevice[], most: number): ClassApp[] {
  const found = new Map<
    string,
    { name: string; apps: Set<string>; program?: string; tablets: Set<number>; computers: Set<number> }
  >();
  for (const [index, device] of devices.entries()) {
    const told =
      device.kind === 'tablet'
        ? device.apps.map(({ app, name }) => ({ app, name: name ?? app }))
        : device.apps.map(({ name }) => ({ app: undefined, name }));
    for (const { app, name } of told) {
      const key = foldName(name);
      const one = found.get(key) ?? { name, apps: new Set(), tablets: new Set(), computers: new Set() };
      found.set(key, one);
      if (app !== undefined) one.apps.add(app);
      else one.program ??= name;
      one[device.kind === 'tablet' ? 'tablets' : 'computers'].add(index);
    }
  }
  return [...found.values()]
    .map(({ name, apps, program, tablets, computers }) => ({
      name,
      apps: [...apps].sort(),
      ...(program !== undefined && { program }),
      tablets: tablets.size,
      computers: computers.size,
    }))
    .sort((a, b) => b.tablets + b.computers - (a.tablets + a.computers))
    .slice(0, most)
    .sort((a, b) => a.name.localeCompare(b.name, 'fr'));
}
