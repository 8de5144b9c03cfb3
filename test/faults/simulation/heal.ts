import { moveDay } from './decrees';
import type { World } from './world';
import type { Poste } from './poste';

/** More rounds than any news needs to reach everybody. */
const ROUNDS_MAX = 8;
export const LATER_DAY = '2028-10-01';
const NEXT_DAY = '2028-10-02';

/** Once the weather is calm everybody exchanges with everybody until nothing moves. @returns what stands in the way */
export async function heal(world: World): Promise<string[]> {
  const problems: string[] = [];
  const staying = world.postes.filter((poste) => poste.name !== world.removed?.name);

  async function round(number: number): Promise<number> {
    let moved = 0;
    const gateway = world.gateways[number % world.gateways.length];
    for (const poste of world.postes) {
      const sites = [...(gateway ? [gateway] : []), ...world.postes.filter((one) => one !== poste)];
      for (const site of sites) {
        if (poste.name === world.removed?.name && site !== gateway) continue;
        if (site.name === world.removed?.name) continue;
        const result = await poste.run(site).catch((error: unknown) => {
          problems.push(`unquiet ${poste.name} with ${site.name}: ${String(error)}`);
          return undefined;
        });
        if (!result || poste.name === world.removed?.name) continue;
        const { packed, sent, received, requests } = result.counters;
        world.trace.note(world.now, 'healed', poste.name, site.name, packed, sent, received, requests);
        moved += packed + sent + received;
      }
    }
    return moved;
  }

  /** Twice nothing: one request, or two where something is refused. */
  async function twiceNothing(poste: Poste): Promise<void> {
    for (const site of world.sites()) {
      if (site === poste || site.name === world.removed?.name) continue;
      const { counters, theirs } = await poste.run(site);
      const { requests, packed, sent, received } = counters;
      if (packed + sent + received > 0 || requests > 1 + Math.min(1, theirs.length))
        problems.push(`unquiet ${poste.name} with ${site.name}: ${JSON.stringify(counters)}`);
    }
  }

  let done = false;
  const all = async (): Promise<void> => {
    for (let number = 0; number < ROUNDS_MAX; number++) if ((await round(number)) === 0) return;
    problems.push('unquiet: there is always more to move');
  };
  // A day later everybody sweeps again: what somebody wrote late with an old date is gone, too.
  if (world.day !== '') moveDay(world, NEXT_DAY);
  world.schedule.in(100, () => {
    all()
      .then(async () => {
        if (problems.length === 0) for (const poste of staying) await twiceNothing(poste);
      })
      .catch((error: unknown) => void problems.push(`unquiet: ${String(error)}`))
      .finally(() => (done = true));
  });
  await world.schedule.run(() => done);
  if (!done) problems.push('unquiet: a run never ended');
  return problems;
}
