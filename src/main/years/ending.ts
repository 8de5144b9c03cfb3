import { parseAudience, type Audience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { hasRole, type Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { YearsState } from '../../contract/staff/years';
import type { StaffDocument } from '../directory/records';
import { isOfYear } from './closing';
import { factId, readAll, writeOnce, type YearDocument } from './documents';
import { lateItems, type LateItem } from './late-items';
import type { YearsDeps } from './ports';
import type { LateBase, YearsFile } from './state-file';
import { closedYears } from '../year-in-use';

/**
 * What every poste does about years that are closed or over: says that it has handed over what it wrote; and, once a year is
 * ended, destroys what it holds of it. Work that came too late is not destroyed: nobody else has it, a person decides.
 */
export interface Ending {
  /** @returns true where something was said or destroyed */
  tick(): Promise<boolean>;
  late(actor: Actor): YearsState['late'];
  /** In words a person can copy. @throws PreauError `NOT_FOUND`, `FORBIDDEN` */
  lateWork(actor: Actor, audience: Audience): Promise<LateItem[]>;
  discard(actor: Actor, audience: Audience): Promise<void>;
}

export function createEnding(deps: YearsDeps, file: YearsFile): Ending {
  const { platform, time, store, keyring, exchange } = deps;

  async function report(year: number, turn: number): Promise<boolean> {
    const id = factId('event', 'year reported', year, deps.poste, ...(turn > 1 ? [turn] : []));
    const parc = await store.open('parc');
    if (parc.get(id)) return false;
    const wrote: Record<Audience, number> = {};
    for (const name of keyring.audiences().filter((one) => isOfYear(one, year))) {
      // A base that is locked may hold something: it speaks once its owner has signed in.
      if (!keyring.has(name) || (await exchange.unsent(name)) > 0) return false;
      wrote[name] = (await exchange.held(name))[deps.poste] ?? 0;
    }
    await writeOnce(parc, {
      _id: id,
      type: 'yearReported',
      v: 1,
      year,
      poste: deps.poste,
      turn,
      wrote,
      at: instant(platform.clock()),
    });
    platform.log.info('years.reported', { year });
    return true;
  }

  /** Everything this poste holds of an ended year. */
  async function destroyYear({ year, held }: YearDocument<'yearEnded'>): Promise<boolean> {
    const here = new Set([...keyring.audiences(), ...(await store.list()), ...exchange.parcelAudiences()]);
    const names = [...here].filter((name) => isOfYear(name, year)).sort(classesFirst);
    let done = false;
    for (const name of names) if (await settle(name, held[name]?.[deps.poste] ?? 0)) done = true;
    return done;
  }

  /** @param taken the last of this poste's sequences that the school took before the end */
  async function settle(name: Audience, taken: number): Promise<boolean> {
    if (file.get().late[name]) {
      // A crash may have come in between, or a run that was under way has brought one more.
      if (exchange.parcelAudiences().includes(name)) await exchange.forgetParcels(name);
      return false;
    }
    const locked = keyring.audiences().includes(name) && !keyring.has(name);
    if (locked) return false;
    if (keyring.has(name)) {
      const own = await exchange.ownAfter(name, taken);
      if (own.length > 0) {
        const people = await peopleOf(name);
        const base: LateBase = { after: taken, count: own.length, people };
        await file.change({ late: { ...file.get().late, [name]: base } });
        await exchange.forgetParcels(name);
        platform.log.warn('years.late', { audience: name, count: own.length });
        return true;
      }
    }
    await destroy(name);
    return true;
  }

  /** The key last: until it is gone, a cut here is taken up again. */
  async function destroy(name: Audience): Promise<void> {
    await exchange.forgetParcels(name);
    await store.forget(name);
    await keyring.destroy(name);
    platform.log.info('years.destroyed', { audience: name });
  }

  /** Who could read that base while its year lived, from its `ecole`, which goes last. */
  async function peopleOf(name: Audience): Promise<Id<'staff'>[]> {
    const parts = parseAudience(name);
    const ecole = parts?.year === undefined ? undefined : await deps.databases.ecoleOf(parts.year);
    return (ecole?.all<StaffDocument>('staff') ?? [])
      .map(({ body }) => body)
      .filter(
        ({ classIds }) =>
          parts?.kind === 'ecole' || classIds.some((id) => id === `class_${parts?.opaque ?? ''}`),
      )
      .map(({ _id }) => _id as Id<'staff'>);
  }

  function mayRead(actor: Actor, base: LateBase): boolean {
    return actor.kind === 'staff' && (hasRole(actor, 'head') || base.people.includes(actor.personId));
  }
  function lateBase(actor: Actor, name: Audience): LateBase {
    demand(actor, 'sync.read');
    const base = Object.hasOwn(file.get().late, name) ? file.get().late[name] : undefined;
    if (!base) throw new PreauError('NOT_FOUND', { kind: 'late' });
    if (!mayRead(actor, base)) throw new PreauError('FORBIDDEN', { action: 'years.late' });
    return base;
  }

  return {
    async tick() {
      if (!keyring.has('parc')) return false;
      const parc = await store.open('parc');
      let did = false;
      const closed = new Map<number, number>();
      for (const { year, turn } of closedYears(parc)) closed.set(year, Math.max(turn, closed.get(year) ?? 1));
      for (const [year, turn] of closed) if (!time.isEnded(year) && (await report(year, turn))) did = true;
      for (const ended of readAll(parc, 'yearEnded')) {
        if (time.isEnded(ended.year) && (await destroyYear(ended))) did = true;
      }
      return did;
    },
    late(actor) {
      return Object.entries(file.get().late).flatMap(([name, base]) =>
        mayRead(actor, base)
          ? [{ audience: name, year: parseAudience(name)?.year ?? 0, count: base.count }]
          : [],
      );
    },
    async lateWork(actor, name) {
      const { after } = lateBase(actor, name);
      return lateItems(await exchange.ownAfter(name, after));
    },
    async discard(actor, name) {
      lateBase(actor, name);
      await destroy(name);
      const left = Object.entries(file.get().late).filter(([other]) => other !== name);
      await file.change({ late: Object.fromEntries(left) });
    },
  };
}

/** The year's `ecole` says who a class's people are: it is looked at until the classes are gone. */
const classesFirst = (a: Audience, b: Audience): number =>
  Number(a.startsWith('ecole')) - Number(b.startsWith('ecole')) || (a < b ? -1 : 1);
