import type { Audience } from '../../../src/domain/audience';
import type { Id } from '../../../src/domain/id';
import { isHandedOver } from '../../../src/domain/years/closing';
import type { DocumentBody } from '../../../src/store/port';
import { durably, type Disk, type Machine } from './disk';
import { ENDING, idFor, PARC, YEAR_ENDING } from './school';

/** What a year's end says, as a head's poste writes it (src/main/years). */
interface YearEnded extends DocumentBody {
  readonly type: 'yearEnded';
  readonly held: Readonly<Record<Audience, Readonly<Record<string, number>>>>;
}

export const CLOSED = idFor('year', `closed ${YEAR_ENDING}`);
export const ENDED = idFor('year', `ended ${YEAR_ENDING}`);
export const reportOf = (poste: string): Id<'event'> => idFor('event', `reported ${YEAR_ENDING} ${poste}`);

/** What people may write in: not in a year that is closed, as far as this poste knows. */
export const isOpen = (disk: Disk, audience: Audience): boolean =>
  !ENDING.includes(audience) || !(disk.database(PARC).get(CLOSED) ?? disk.database(PARC).get(ENDED));

const endedAs = (disk: Disk): YearEnded | undefined =>
  disk.database(PARC).get(ENDED) as YearEnded | undefined;

export const isOver = (disk: Disk, audience: Audience): boolean =>
  ENDING.includes(audience) && endedAs(disk) !== undefined;

export const writtenAfter = (disk: Disk, audience: Audience, seq: number): number =>
  disk
    .database(audience)
    .since(seq)
    .filter(({ foreign }) => !foreign).length;

/** What a poste says once all it wrote in the closed year stands elsewhere; undefined before. */
export function reportFrom(disk: Disk, poste: Id<'poste'>): DocumentBody | undefined {
  const parc = disk.database(PARC);
  if (!parc.get(CLOSED) || parc.get(ENDED) || parc.get(reportOf(poste))) return undefined;
  const own = ENDING.filter((audience) => disk.keyring.has(audience));
  const unsent = own.some((name) => writtenAfter(disk, name, disk.confirmed.get(name) ?? 0) > 0);
  if (own.length === 0 || unsent) return undefined;
  const wrote = Object.fromEntries(own.map((name) => [name, disk.head(name, poste)?.to ?? 0]));
  return { _id: reportOf(poste), type: 'yearReported', v: 1, year: YEAR_ENDING, poste, wrote };
}

/** What the head's poste waits for: each has reported, and what it says it wrote is here. */
export function hasHandedOver(head: Disk, poste: Id<'poste'>): boolean {
  const report = head.database(PARC).get(reportOf(poste));
  const wrote = report?.['wrote'] as Readonly<Record<Audience, number>> | undefined;
  const held = Object.fromEntries(ENDING.map((name) => [name, head.head(name, poste)?.to ?? 0]));
  return wrote !== undefined && isHandedOver(wrote, held);
}

/** The end, and what of each poste was taken before it. */
export function endFrom(head: Disk, own: Id<'poste'>): YearEnded {
  const held = ENDING.map((name) => {
    const chains = [...head.heads(name)].flatMap(([chain, { to }]) =>
      chain.startsWith('poste_') ? [[chain, to] as const] : [],
    );
    return [name, { ...Object.fromEntries(chains), [own]: head.database(name).lastSeq }] as const;
  });
  return { _id: ENDED, type: 'yearEnded', v: 1, year: YEAR_ENDING, held: Object.fromEntries(held) };
}

/**
 * Destroys what is held of a year that ended, the key last, and keeps apart what was written too late. A machine may die
 * between any two of these. @param told called where something was too late
 */
export async function endYear(
  disk: Disk,
  own: Id<'poste'>,
  machine: Machine,
  told: (audience: Audience) => void,
): Promise<void> {
  const ended = endedAs(disk);
  if (!ended) return;
  const step = (work: () => void): Promise<void> =>
    durably(disk, machine, 'cover', (whole) => void (whole && work()));
  const forgetParcels = (audience: Audience) => (): void => {
    disk.chains.delete(audience);
    disk.covered.delete(audience);
  };
  for (const audience of ENDING) {
    const taken = ended.held[audience]?.[own] ?? 0;
    const holdsParcels = disk.chains.has(audience) || disk.covered.has(audience);
    if (!disk.late.has(audience) && disk.keyring.has(audience) && writtenAfter(disk, audience, taken) > 0)
      await step(() => {
        disk.late.set(audience, taken);
        told(audience);
      });
    if (holdsParcels) await step(forgetParcels(audience));
    if (disk.late.has(audience)) continue;
    if (disk.databases.has(audience)) await step(() => void disk.databases.delete(audience));
    if (disk.keyring.has(audience)) await step(() => disk.keyring.destroy(audience));
  }
}
