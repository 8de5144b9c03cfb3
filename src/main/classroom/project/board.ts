import type { BoardView } from '../../../contract/staff/project';
import { MOST_PROJECTED } from '../../../domain/lesson/board';
import { PreauError } from '../../../domain/errors';
import type { SeatKey } from '../../../domain/lesson/model';
import { seatAt } from '../../../domain/lesson/seats';
import type { Actor } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import type { LessonTool, ToolContext } from '../lesson-tool';

type Outcome = 'shown' | 'blocked' | 'hidden';
interface Told {
  readonly window: string;
  readonly board?: BoardView | undefined;
  readonly masked: boolean;
}
interface Held extends Told {
  readonly person: string;
}
interface Asked {
  readonly connection: string;
  settle(outcome: Outcome | 'gone'): void;
}

/** A window that is there answers in that time, ms. */
const ANSWER_IN = 5_000;
/** Wishes that wait for their window, of everybody together. */
const MOST_WAITING = 8;

/**
 * The board of the lesson for somebody who is not at the window that draws it. The window alone draws, and tells what stands
 * there; a wish of its person goes to it and is done as its own gesture is, without names.
 */
export interface ProjectTool extends LessonTool {
  tell(actor: Actor, connection: string, told: Told): void;
  answer(actor: Actor, connection: string, ask: string, outcome: Outcome): void;
  /** What the board of that person's windows shows, and whether their wall hides names. */
  view(actor: Actor): { readonly board?: BoardView; readonly masked: boolean };
  /**
   * Those screens on the board, or its end where there are none.
   *
   * @throws PreauError `NOT_FOUND` (a seat nobody takes part at), `PROJECT_NO_WINDOW`, `PROJECT_BLOCKED`, `PROJECT_HIDDEN`
   */
  want(actor: Actor, seats: readonly SeatKey[]): Promise<void>;
  /** @returns how to stop hearing */
  onChanged(listener: () => void): () => void;
}

export function createProject({ deps, announcer, conducted }: ToolContext): ProjectTool {
  const { platform, timers } = deps;
  /** By connection; who told last is last. */
  const windows = new Map<string, Held>();
  const asked = new Map<string, Asked>();
  const listeners = new Set<() => void>();

  const person = (actor: Actor): string => {
    demand(actor, 'lesson.open');
    if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'lesson.open' });
    return actor.personId;
  };
  const windowsOf = (actor: Actor): [string, Held][] => {
    const owner = person(actor);
    return [...windows].filter(([, held]) => held.person === owner).reverse();
  };
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  function ask(connection: string, { window }: Held, seats: readonly SeatKey[]): Promise<Outcome | 'gone'> {
    if (asked.size >= MOST_WAITING) throw new PreauError('TRY_LATER', { seconds: ANSWER_IN / 1_000 });
    const id = platform.random(9).toString('base64url');
    return new Promise((resolve) => {
      const settle = (outcome: Outcome | 'gone'): void => {
        cancel();
        asked.delete(id);
        resolve(outcome);
      };
      const cancel = timers.after(ANSWER_IN, () => settle('gone'));
      asked.set(id, { connection, settle });
      platform.publish('project.wanted', { window, ask: id, seats: [...seats] }, announcer.mayHear);
    });
  }
  const giveUp = (connection?: string): void => {
    for (const one of [...asked.values()])
      if (connection === undefined || one.connection === connection) one.settle('gone');
  };

  return {
    tell(actor, connection, { window, board, masked }) {
      const owner = person(actor);
      windows.delete(connection);
      windows.set(connection, { person: owner, window, masked, ...(board && { board }) });
      changed();
    },
    answer(actor, connection, id, outcome) {
      person(actor);
      const one = asked.get(id);
      if (one?.connection === connection) one.settle(outcome);
    },
    view(actor) {
      const own = windowsOf(actor).map(([, held]) => held);
      const board = own.find((held) => held.board)?.board;
      return { masked: own.some(({ masked }) => masked), ...(board && { board }) };
    },
    async want(actor, seats) {
      const { lesson } = conducted(actor);
      const wanted = [...new Set(seats)];
      if (wanted.length > MOST_PROJECTED) throw new PreauError('TOO_LARGE', { limit: MOST_PROJECTED });
      if (wanted.some((key) => seatAt(lesson, key)?.joined !== true))
        throw new PreauError('NOT_FOUND', { kind: 'seat' });
      const own = windowsOf(actor);
      const showing = own.filter(([, { board }]) => board);
      if (wanted.length === 0) {
        await Promise.all(showing.map(([connection, held]) => ask(connection, held, [])));
        return;
      }
      const [chosen] = [...showing, ...own];
      const outcome = chosen ? await ask(...chosen, wanted) : 'gone';
      if (outcome === 'gone') throw new PreauError('PROJECT_NO_WINDOW');
      if (outcome === 'blocked') throw new PreauError('PROJECT_BLOCKED');
      if (outcome === 'hidden') throw new PreauError('PROJECT_HIDDEN');
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end: () => giveUp(),
    windowClosed(connection) {
      giveUp(connection);
      if (windows.delete(connection)) changed();
    },
    close: () => giveUp(),
  };
}
