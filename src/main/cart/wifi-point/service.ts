/**
 * The Wi-Fi points of the school's carts: off by habit, on for a lesson or an update, journalled, off again with the last
 * that asked (docs/wifi-point.md). What was asked is in `parc` before anything is switched: a computer that dies leaves its
 * word, and it or whoever switches that point takes it back.
 */
import type { PointOutcome } from '../../../contract/staff/wifi-point';
import {
  cameOnWithItsBox,
  expiredOf,
  holdsOf,
  lightOf,
  OPENING_MINUTES,
  owesOff,
  unanswered,
  USUAL_MINUTES,
  type Asked,
} from '../../../domain/cart/wifi-point';
import { PreauError } from '../../../domain/errors';
import { isId, type Id } from '../../../domain/id';
import { POSTE, type Actor } from '../../../domain/rights/actor';
import { authorize, demand } from '../../../domain/rights/authorize';
import { readHub } from '../documents';
import { readPoint, readPointFacts, readPoints, type PointDocument } from './documents';
import { createPointHand } from './hand';
import { createPresence } from './presence';
import { journalOf, pointView, type PointState } from './reading';
import type { LessonOfPoint, PointDeps, WifiPoints } from './types';

/** How often it is looked whether somebody's hour is past. ms */
const LOOK_MS = 30_000;
/** After what another computer said. ms */
const SOON_MS = 100;

export function createWifiPoints(deps: PointDeps): WifiPoints {
  const { platform, parc, poste, boxes } = deps;
  const now = (): number => platform.clock();
  const changed = (cart: Id<'cart'>): void => platform.publish('wifiPoint.changed', { cart });
  const presence = createPresence(deps.cartOf, now, (cart) => {
    if (readPoints(parc).some((point) => point.cart === cart)) changed(cart);
  });
  const { stateOf, ask, release, heldHere, turn, letGo, releaseHere, write, forget } = createPointHand(
    deps,
    presence,
    changed,
  );
  let lesson: LessonOfPoint | undefined;
  let closed = false;

  /** One gesture at a time: two that cross would each see the point as the other found it. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  }

  const who = (actor: Actor): string => (actor.kind === 'staff' ? actor.personId : actor.kind);
  /** Whoever may open a lesson may light its Wi-Fi; a technician too. */
  function demandUse(actor: Actor): void {
    if (!authorize(actor, 'cart.read')) demand(actor, 'lesson.open');
  }
  function known(wanted: Id<'point'>): PointDocument {
    const found = readPoint(parc, wanted);
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'point' });
    return found;
  }
  /** The lesson that runs here needs whatever of its cart is not off, or was asked for before it began. */
  async function holdForLesson(): Promise<void> {
    const began = lesson;
    if (!began) return;
    for (const document of readPoints(parc).filter(({ cart }) => cart === began.cartId)) {
      const own = heldHere(document).filter(({ use }) => use === 'lesson');
      if (own.some((hold) => hold.lesson === began.id)) continue;
      const { facts, signs } = stateOf(document);
      if (own.length === 0 && lightOf(facts, signs).value === 'off') continue;
      await ask(document, began.ownerId, 'lesson', document.minutes, began.id);
      for (const hold of own) await release(document, 'poste', hold, 'over');
    }
  }

  /** Nobody needs it, and it is on by Préau's doing or by its box's. */
  function owesDarkness({ document: { drive }, facts, signs }: PointState): boolean {
    if (owesOff(facts, signs)) return true;
    const link = drive.kind === 'port' ? readHub(parc, drive.hub)?.link : undefined;
    return link !== undefined && link.kind !== 'snmp' && cameOnWithItsBox(facts, signs);
  }

  /** Whose hour is past; and what Préau lit and nobody needs. Only who asked, or who can switch it, says so. */
  async function look(): Promise<void> {
    for (const document of readPoints(parc)) {
      const { facts, here } = stateOf(document);
      for (const hold of expiredOf(facts, now()).filter((one) => here || one.poste === poste)) {
        const own = hold.poste === poste;
        // A long lesson whose devices answer is not a forgotten one.
        if (own && lesson && hold.lesson === lesson.id && presence.count(document.cart) > 0)
          await ask(document, hold.by, 'lesson', document.minutes, lesson.id);
        await release(document, 'poste', hold, 'expired');
        if (own) await letGo(document, 'poste');
      }
      const after = stateOf(document);
      if (!after.here) continue;
      if (owesDarkness(after)) await letGo(document, 'poste');
      else if (unanswered(after.facts, now()) && lightOf(after.facts, after.signs).value === 'off')
        await turn(document, true, 'poste');
    }
  }
  let cancelLook: () => void = () => undefined;
  function lookAgain(delay = LOOK_MS): void {
    cancelLook = deps.timers.after(delay, () => {
      inTurn(look)
        .catch((error: unknown) => {
          platform.log.error('wifiPoint.look', { error: error instanceof Error ? error.name : 'unknown' });
        })
        .finally(() => {
          if (!closed) lookAgain();
        });
    });
  }
  function lookSoon(): void {
    if (closed) return;
    cancelLook();
    lookAgain(SOON_MS);
  }
  lookAgain();

  const endOfNews = boxes.onSnapshot(({ hub, news }) => {
    if (news !== 'seen') return;
    for (const document of readPoints(parc)) {
      if (document.drive.kind !== 'port' || document.drive.hub !== hub) continue;
      changed(document.cart);
      // A box that is found again may still owe what it could not do.
      if (owesDarkness(stateOf(document))) lookSoon();
    }
  });
  const endOfChanges = parc.onChange(({ id }) => {
    if (!id.startsWith('point_') && !id.startsWith('event_')) return;
    const body = parc.get(id)?.body;
    const cart = body?.['cart'];
    if (body?.type === 'wifiPoint' && isId(cart, 'cart')) changed(cart);
    const of = body?.['point'];
    const point = body?.type === 'wifiPointFact' && isId(of, 'point') ? readPoint(parc, of) : undefined;
    if (!point) return;
    changed(point.cart);
    // Another computer asked, or needs it no more: whoever switches it does so at once.
    if (body?.['kind'] !== 'lit' && stateOf(point).here) lookSoon();
  });

  async function answer(actor: Actor, point: Id<'point'>, result: PointOutcome) {
    return { result, state: pointView(stateOf(known(point)), poste, await deps.names(actor)) };
  }

  return {
    async state(actor, cart) {
      demandUse(actor);
      const names = await deps.names(actor);
      return {
        points: readPoints(parc)
          .filter((point) => point.cart === cart)
          .sort((a, b) => Number(a.removable) - Number(b.removable) || (a._id < b._id ? -1 : 1))
          .map((point) => pointView(stateOf(point), poste, names)),
      };
    },
    async set(actor, { point, cart, name, removable, drive, minutes = USUAL_MINUTES }) {
      demand(actor, 'cart.manage');
      if (!parc.get(cart)) throw new PreauError('NOT_FOUND', { kind: 'cart' });
      const before = parc.get(point);
      const held = readPoint(parc, point);
      if (held && held.cart !== cart) throw new PreauError('NOT_FOUND', { kind: 'point' });
      const body = {
        _id: point,
        type: 'wifiPoint',
        v: 1,
        cart,
        name,
        removable,
        drive: { ...drive },
        minutes,
      };
      await parc.put(body, before?.rev);
    },
    async remove(actor, point) {
      demand(actor, 'cart.manage');
      const { cart } = known(point);
      const held = parc.get(point);
      if (held) await parc.remove(point, held.rev);
      forget(point);
      changed(cart);
    },
    async on(actor, point, use) {
      demandUse(actor);
      const result = await inTurn(async () => {
        const document = known(point);
        const ours = use === 'lesson' && lesson?.cartId === document.cart ? lesson : undefined;
        const minutes = use === 'lesson' && !ours ? OPENING_MINUTES : document.minutes;
        // First its word, then the switch: a computer that dies between the two is known to have asked.
        if (!heldHere(document).some((hold) => hold.use === use))
          await ask(document, who(actor), use, minutes, ours?.id);
        return turn(document, true, who(actor));
      });
      return answer(actor, point, result);
    },
    async off(actor, point, anyway = false) {
      demandUse(actor);
      const result = await inTurn(async () => {
        const document = known(point);
        const holds = anyway ? holdsOf(readPointFacts(parc, point), now()) : heldHere(document);
        for (const hold of holds) await release(document, who(actor), hold, 'hand');
        return letGo(document, who(actor));
      });
      return answer(actor, point, result);
    },
    async said(actor, point, on) {
      demandUse(actor);
      await inTurn(async () => {
        const document = known(point);
        if (!on) await releaseHere(document, who(actor), 'hand');
        await write(point, who(actor), { kind: 'lit', on, how: 'person' });
      });
      return answer(actor, point, { outcome: 'done' });
    },
    async journal(actor, point) {
      demandUse(actor);
      known(point);
      return { lines: journalOf(readPointFacts(parc, point), await deps.names(actor)) };
    },

    lessonBegan: (began) =>
      inTurn(async () => {
        lesson = began;
        await holdForLesson();
      }),
    lessonEnded: ({ id }) =>
      inTurn(async () => {
        if (lesson?.id === id) lesson = undefined;
        for (const document of readPoints(parc))
          if (await releaseHere(document, 'poste', 'over', ({ use }) => use === 'lesson'))
            await letGo(document, 'poste');
      }),
    entered(device) {
      presence.entered(device);
      if (lesson?.cartId !== undefined && deps.cartOf(device) === lesson.cartId) void inTurn(holdForLesson);
    },
    left(device) {
      presence.left(device);
    },
    dark(cart) {
      const points = readPoints(parc).filter((point) => cart === undefined || point.cart === cart);
      return (
        points.length > 0 &&
        points.every((point) => {
          const { facts, signs } = stateOf(point);
          return lightOf(facts, signs).value === 'off';
        })
      );
    },
    lessonElsewhere: (cart) =>
      readPoints(parc)
        .filter((point) => point.cart === cart)
        .flatMap((point) => holdsOf(readPointFacts(parc, point._id), now()))
        .some((hold) => hold.use === 'lesson' && hold.lesson !== undefined && hold.poste !== poste),
    needFor: (cart, use) =>
      inTurn(async () => {
        const ours = readPoints(parc).filter((point) => point.cart === cart && !point.removable);
        for (const document of ours) {
          await ask(document, who(POSTE), use, document.minutes);
          await turn(document, true, who(POSTE));
        }
        return () =>
          inTurn(async () => {
            for (const document of ours)
              if (await releaseHere(document, who(POSTE), 'over', (hold) => hold.use === use))
                await letGo(document, who(POSTE));
          });
      }),
    settle: () =>
      inTurn(async () => {
        for (const document of readPoints(parc)) {
          const ofLesson = (hold: Asked): boolean => hold.lesson !== undefined && hold.lesson === lesson?.id;
          const lost = (hold: Asked): boolean => hold.use !== 'hand' && !ofLesson(hold);
          if (await releaseHere(document, 'poste', 'abandoned', lost)) await letGo(document, 'poste');
        }
        await look();
      }),
    async close() {
      if (closed) return;
      closed = true;
      cancelLook();
      // A lesson that goes on at the next start keeps its Wi-Fi; one that never began does not.
      if (!lesson)
        await inTurn(async () => {
          for (const document of readPoints(parc))
            if (await releaseHere(document, 'poste', 'over', ({ use }) => use !== 'hand'))
              await letGo(document, 'poste');
        });
      endOfNews();
      endOfChanges();
      await last;
    },
  };
}
