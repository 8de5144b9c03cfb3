import type { DispatchView, SendOrder } from '../../contract/staff/dispatch';
import { PreauError } from '../../domain/errors';
import { refusedDispatch, type Dispatch, type Standing } from '../../domain/groups/dispatch';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { instant } from '../../domain/time';
import { dispatchTools, type DispatchDeps } from './dispatch-tools';
import { mayChange } from './dispatch-view';

/** Sends children out and ends it: facts, one after the other. */
export interface DispatchWriting {
  /** @throws PreauError `DISPATCH_REFUSED` with a reason, `CONFLICT`, `NOT_FOUND`, `FORBIDDEN` */
  send(actor: Actor, order: SendOrder): Promise<DispatchView>;
  /** @throws PreauError `NOT_FOUND` where there is nothing left to end, `FORBIDDEN` */
  end(actor: Actor, dispatch: Id<'event'>): Promise<void>;
}

export function createDispatchWriting(deps: DispatchDeps): DispatchWriting {
  const { platform, guests, now } = deps;
  const { ecole, view, newId, zoned, sender, spokenAs, classOf, views, told } = dispatchTools(deps);
  /** What was looked at is still so when it is written. */
  let turn: Promise<unknown> = Promise.resolve();
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function send(actor: Actor, order: SendOrder): Promise<DispatchView> {
    const by = sender(actor);
    const db = await ecole();
    const school = await view();
    const home = classOf(school, order.class);
    const own = new Set(home.pupils.map(({ _id }) => _id));
    for (const part of order.hosts) {
      classOf(school, part.class);
      if (part.pupils.some((pupil) => !own.has(pupil))) throw new PreauError('NOT_FOUND', { kind: 'pupil' });
    }
    const at = instant(now());
    const said: Omit<Dispatch, 'id' | 'by' | 'at' | 'replaces' | 'title'> = {
      kind: order.kind,
      classId: home.id,
      hosts: order.hosts
        .filter(({ pupils }) => pupils.length > 0)
        .map((part) => ({ classId: part.class, pupils: [...part.pupils] })),
      from: order.from ? zoned(order.from) : at,
      until: zoned(order.until),
      ...(order.weekly ? { weekly: { ...order.weekly, days: [...order.weekly.days] } } : {}),
      as: spokenAs(actor, home.id),
    };
    const why = refusedDispatch(said, now());
    if (why) throw new PreauError('DISPATCH_REFUSED', { reason: why });
    const standing = await guests.standing();
    for (const id of order.replaces) {
      const earlier = standing.find(({ dispatch, until }) => dispatch.id === id && until > now())?.dispatch;
      if (!earlier || earlier.classId !== home.id) throw new PreauError('NOT_FOUND', { kind: 'dispatch' });
      if (!mayChange(actor, earlier)) throw new PreauError('FORBIDDEN', { action: 'dispatch.manage' });
    }
    // Somebody sent it out meanwhile: what one looked at is not how it is.
    const meets = ({ dispatch, until }: Standing): boolean =>
      dispatch.classId === home.id &&
      dispatch.kind === 'replacement' &&
      !order.replaces.includes(dispatch.id) &&
      Date.parse(dispatch.from) < Date.parse(said.until) &&
      Math.max(Date.parse(said.from), now()) < until;
    if (said.kind === 'replacement' && standing.some(meets))
      throw new PreauError('CONFLICT', { kind: 'dispatch' });
    const id = newId();
    await db.put({
      _id: id,
      type: 'dispatch',
      v: 1,
      ...(JSON.parse(JSON.stringify(said)) as object),
      ...(order.title ? { title: order.title } : {}),
      by,
      at,
      replaces: [...order.replaces],
    });
    platform.tracer.trace(actor, 'group.change', [id, home.id, ...said.hosts.map(({ classId }) => classId)]);
    told();
    const [made] = await views(actor, ({ dispatch }) => dispatch.id === id);
    if (!made) throw new PreauError('NOT_FOUND', { kind: 'dispatch' });
    return made;
  }

  async function end(actor: Actor, id: Id<'event'>): Promise<void> {
    const by = sender(actor);
    const found = (await guests.standing()).find(({ dispatch }) => dispatch.id === id);
    if (!found || found.until <= now()) throw new PreauError('NOT_FOUND', { kind: 'dispatch' });
    const { dispatch } = found;
    if (!mayChange(actor, dispatch)) throw new PreauError('FORBIDDEN', { action: 'dispatch.manage' });
    await (
      await ecole()
    ).put({
      _id: newId(),
      type: 'dispatchEnded',
      v: 1,
      dispatch: id,
      classId: dispatch.classId,
      at: instant(now()),
      by,
      as: spokenAs(actor, dispatch.classId),
    });
    platform.tracer.trace(actor, 'group.change', [id, dispatch.classId]);
    told();
  }

  return {
    send: (actor, order) => alone(() => send(actor, order)),
    end: (actor, dispatch) => alone(() => end(actor, dispatch)),
  };
}
