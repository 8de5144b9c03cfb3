import type { Activity, LessonItem } from '../../contract/pupil/lesson';
import type { Id } from '../../domain/id';

/**
 * What an invented child does between two ticks: pure, so that the same seed gives the same lesson. Tempers differ: one
 * reads fast, one leaves Préau and comes back, one raises a hand often, one finishes and hands in.
 */
export interface Temper {
  /** Chance at each tick of turning a page, and of drawing on it. */
  readonly reads: number;
  readonly draws: number;
  readonly asks: number;
  /** Leaves the page for some ticks at this chance. */
  readonly leaves: number;
  /** Ticks of work before « J'ai fini ». */
  readonly finishesAfter: number;
}

export interface Child {
  readonly activity: Activity;
  readonly item?: { readonly id: Id<'item'>; readonly pages: number } | undefined;
  readonly worked: number;
  readonly awayFor: number;
  readonly handUp: boolean;
  readonly finished: boolean;
}

export const CALM: Child = {
  activity: { screen: 'home', visible: true },
  worked: 0,
  awayFor: 0,
  handUp: false,
  finished: false,
};

export function temperOf(index: number, random: () => number): Temper {
  return {
    reads: 0.1 + random() * 0.3,
    draws: 0.4 + random() * 0.4,
    asks: index % 5 === 2 ? 0.06 : 0.01,
    leaves: index === 4 ? 0.08 : 0,
    finishesAfter: 14 + Math.floor(random() * 30),
  };
}

/** Something arrived: it is opened at once. */
export function receive(child: Child, item: LessonItem, pages: number): Child {
  const open = { id: item.id, pages };
  return {
    ...child,
    item: open,
    worked: 0,
    finished: !item.answer,
    activity: { screen: 'item', item: item.id, page: 1, pages, strokes: 0, visible: child.awayFor === 0 },
  };
}

export function step(child: Child, temper: Temper, random: () => number): Child {
  if (child.awayFor > 0) {
    const awayFor = child.awayFor - 1;
    return { ...child, awayFor, activity: { ...child.activity, visible: awayFor === 0 } };
  }
  if (random() < temper.leaves)
    return { ...child, awayFor: 4, activity: { ...child.activity, visible: false } };
  const handUp = child.handUp ? random() > 0.25 : random() < temper.asks;
  const { item, activity } = child;
  if (!item || child.finished) return { ...child, handUp };
  const page = activity.page ?? 1;
  const turned = random() < temper.reads && page < item.pages ? page + 1 : page;
  const strokes = (activity.strokes ?? 0) + (random() < temper.draws ? 1 + Math.floor(random() * 3) : 0);
  const worked = child.worked + 1;
  const finished = worked >= temper.finishesAfter;
  return {
    ...child,
    handUp,
    worked,
    finished,
    activity: { ...activity, page: turned, strokes, ...(finished && { done: true }) },
  };
}
