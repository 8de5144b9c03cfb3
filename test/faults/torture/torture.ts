import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Audience } from '../../../src/domain/audience';
import { actor, ANNE, entitlement, founding, HEAD, introduced, PARC } from '../../integration/sync/poste';
import { cuttingProxy } from '../cutting-proxy';
import { randomFrom } from '../simulation/random';
import type { Holding, Word } from './messages';
import { Victim } from './process';
import { smallDisk } from './small-disk';

export interface TortureOptions {
  /** Of the project: its programs are run as they are. */
  readonly root: string;
  /** Where everything may be put. */
  readonly folder: string;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

export interface Tortured {
  readonly rounds: number;
  readonly kills: number;
  readonly acknowledged: number;
  /** Writes that were refused because the disk was full. */
  readonly diskFull: number;
  readonly wrong: readonly string[];
  /** Why there was no full disk here. */
  readonly skipped?: string;
}

const KILLS_EACH = 4;
const SMALL_MB = 40;
/** What two people of one school both hold. */
const SHARED = (entitlement(ANNE)?.audiences ?? []).filter((name) =>
  entitlement(HEAD)?.audiences.includes(name),
);

/**
 * Real processes, real sockets, real disks: a head's poste, a teacher's and the commune's gateway write and exchange while
 * each of them is killed at random moments, the line is cut and a disk is full; then all is calm, and what they hold is
 * compared. Not reproducible, and not claimed to be.
 */
export async function torture({ root, folder, rounds, say }: TortureOptions): Promise<Tortured> {
  const seed = Date.now() % 1_000_000;
  const random = randomFrom(seed);
  const acknowledged = new Set<string>();
  const wrong: string[] = [];
  let [kills, diskFull] = [0, 0];
  const hear =
    (name: string) =>
    (word: Word): void => {
      if (word.kind === 'written') acknowledged.add(`${word.audience} ${word.id} ${word.rev}`);
      if (word.kind === 'disk-full') diskFull += 1;
      if (word.kind === 'broken') wrong.push(`${name}: ${word.error}`);
    };

  const gateway = new Victim(
    root,
    'gateway',
    'gateway.program.ts',
    [join(folder, 'commune')],
    hear('gateway'),
  );
  await gateway.start();
  const target = { host: '127.0.0.1', port: gateway.port };
  const proxy = await cuttingProxy(target);
  const made = await school(`http://127.0.0.1:${proxy.port}`, gateway.code);
  const disk = await smallDisk(join(folder, 'small'), made.anne, SMALL_MB);
  if (typeof disk === 'string') say(`No full disk: ${disk}`);
  const annes = typeof disk === 'string' ? made.anne : disk.folder;
  const head = new Victim(root, 'head', 'poste.program.ts', [made.head, HEAD], hear('head'));
  const anne = new Victim(root, 'anne', 'poste.program.ts', [annes, ANNE], hear('anne'));
  const all = [gateway, head, anne];
  const postes = [head, anne];

  async function meet(): Promise<void> {
    target.port = gateway.port;
    head.tell({ do: 'near', near: [{ host: '127.0.0.1', port: anne.port }] });
    anne.tell({ do: 'near', near: [{ host: '127.0.0.1', port: head.port }] });
  }

  async function storm(round: number): Promise<void> {
    for (const poste of postes) poste.tell({ do: 'live', round });
    for (let kill = 0; kill < KILLS_EACH; kill++) {
      await pause(100 + random.below(900));
      proxy.budget = random.chance(0.5) ? random.below(20_000) : Infinity;
      const full = typeof disk !== 'string' && random.chance(0.4);
      if (full) await disk.fill();
      await pause(random.below(500));
      const victim = random.pick(all);
      await victim.kill();
      kills += 1;
      if (full) await disk.empty();
      await victim.start();
      await meet();
      if (victim !== gateway) victim.tell({ do: 'live', round });
    }
    proxy.budget = Infinity;
    for (const poste of postes) await poste.ask({ do: 'rest' }, 'resting');
  }

  try {
    for (const poste of postes) await poste.start();
    await meet();
    for (let round = 1; round <= rounds; round++) {
      await storm(round);
      await heal(postes, round, wrong);
      await compare(postes, acknowledged, round, wrong);
      say(
        `Round ${round}: ${kills} kills, ${acknowledged.size} acknowledged, ${wrong.length} wrong (seed ${seed})`,
      );
      if (wrong.length > 20) break;
    }
  } finally {
    for (const one of all) await one.kill();
    await proxy.close();
    if (typeof disk !== 'string') disk.unmount();
    for (const path of [made.head, made.anne]) await rm(path, { recursive: true, force: true });
  }
  return {
    rounds,
    kills,
    acknowledged: acknowledged.size,
    diskFull,
    wrong,
    ...(typeof disk === 'string' ? { skipped: disk } : {}),
  };
}

/** The school as its first day leaves it: two folders, both known to the commune. */
async function school(url: string, code: string): Promise<{ head: string; anne: string }> {
  const head = await founding();
  const anne = await introduced(head, ANNE);
  await head.sync.setCommune(actor(HEAD), { url, code });
  await head.sync.run(actor(HEAD));
  await anne.sync.run(actor(ANNE));
  await anne.close(true);
  await head.close(true);
  return { head: head.folder, anne: anne.folder };
}

/** In calm weather everybody exchanges until nothing moves. */
async function heal(postes: readonly Victim[], round: number, wrong: string[]): Promise<void> {
  for (let tries = 0; tries < 6; tries++) {
    let moved = 0;
    const refused: string[] = [];
    for (const poste of postes) {
      const ran = await poste.ask({ do: 'run' }, 'ran');
      moved += ran.moved + ran.waiting;
      if (ran.outcome !== 'done') moved += 1;
      if (tries === 5 && ran.outcome !== 'done') wrong.push(`round ${round}: ${poste.name} ${ran.outcome}`);
      if (ran.refused > 0) refused.push(`round ${round}: ${poste.name} ${ran.refused} refused`);
    }
    if (moved > 0) continue;
    wrong.push(...refused);
    return;
  }
  wrong.push(`round ${round}: there is always more to move`);
}

async function compare(
  postes: readonly Victim[],
  acknowledged: ReadonlySet<string>,
  round: number,
  wrong: string[],
): Promise<void> {
  const held = await Promise.all(
    postes.map(async (poste) => {
      const { audiences } = await poste.ask({ do: 'holdings' }, 'holdings');
      return new Map(audiences.map(({ audience, leaves }) => [audience, leaves] as const));
    }),
  );
  const known = new Set<string>();
  for (const [audience, leaves] of held.flatMap((one) => [...one]))
    for (const { id, rev, ancestors } of leaves)
      for (const each of [rev, ...ancestors]) known.add(`${audience} ${id} ${each}`);
  for (const write of acknowledged) if (!known.has(write)) wrong.push(`round ${round}: lost ${write}`);
  for (const audience of new Set<Audience>([...SHARED, PARC])) {
    const [first, ...others] = held.map((one) => byDocument(one.get(audience) ?? []));
    for (const other of others)
      for (const id of new Set([...(first?.keys() ?? []), ...other.keys()])) {
        const [here, there] = [first?.get(id), other.get(id)];
        if (here !== there) wrong.push(`round ${round}: ${audience} ${id} ${here ?? '-'} / ${there ?? '-'}`);
      }
  }
}

/** The leaves of each document, in one text where they are equal. */
function byDocument(leaves: readonly Holding[]): ReadonlyMap<string, string> {
  const found = new Map<string, string[]>();
  for (const { id, rev } of leaves) found.set(id, [...(found.get(id) ?? []), rev]);
  return new Map([...found].map(([id, revs]) => [id, revs.sort().join(', ')]));
}
