import { nextGesture, type DayFacts, type Gesture } from '../../domain/day/next-gesture';
import type { Id } from '../../domain/id';
import { teaches, type Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant, localDate, localMinutes, type HalfDay } from '../../domain/time';
import type { Attendance } from '../../domain/ent/roll-call';
import type { EntDeps } from './deps';
import type { HomeworkService } from './homework-service';
import type { RegisterService } from './register-service';

const DAYS_AHEAD = 3;
const DAY_MS = 86_400_000;

export interface Day {
  readonly now: string;
  readonly half: HalfDay;
  readonly gesture: Gesture;
  readonly classes: {
    id: Id<'class'>;
    label: string;
    rollDone: boolean;
    absent: { name: string; state: Attendance; arrivedAt?: string }[];
    dueSoon: { subject: string; text: string; dueOn: string }[];
  }[];
}

/** « Ma journée »: what the other rooms know, gathered for one person and one hour. */
export interface DayService {
  read(actor: Actor): Promise<Day>;
}

export function createDayService(
  deps: EntDeps & {
    readonly register: RegisterService;
    readonly homework: HomeworkService;
    readonly lessonOpen: (actor: Actor) => boolean;
    readonly cart: (actor: Actor) => DayFacts['cart'];
  },
): DayService {
  const { platform, people, register, homework } = deps;
  return {
    async read(actor) {
      demand(actor, 'school.read');
      const now = platform.clock();
      const zone = deps.timeZone();
      const half = register.now();
      const mine = (await people.classes(actor)).filter(({ id }) => teaches(actor, id));
      const horizon = localDate(now + DAYS_AHEAD * DAY_MS, zone);
      let facts: DayFacts['rollDone'] = { AM: true, PM: true };
      const classes: Day['classes'] = [];
      for (const { id, label } of mine) {
        const sheets = {
          AM: await register.sheet(actor, id, { date: half.date, half: 'AM' }),
          PM: await register.sheet(actor, id, { date: half.date, half: 'PM' }),
        };
        facts = { AM: facts.AM && !!sheets.AM.done, PM: facts.PM && !!sheets.PM.done };
        const sheet = sheets[half.half];
        classes.push({
          id,
          label,
          rollDone: sheet.done !== undefined,
          absent: sheet.lines.flatMap(({ name, state, arrivedAt }) =>
            state && state !== 'present' ? [{ name, state, ...(arrivedAt ? { arrivedAt } : {}) }] : [],
          ),
          dueSoon: (await homework.list(actor, id))
            .filter((entry) => entry.dueOn <= horizon)
            .map(({ subject, text, dueOn }) => ({ subject, text, dueOn })),
        });
      }
      const weekday = new Date(`${half.date}T12:00:00Z`).getUTCDay();
      const cart = deps.cart(actor);
      const gesture = nextGesture({
        minutes: localMinutes(now, zone),
        schoolDay: weekday >= 1 && weekday <= 5,
        hasClass: mine.length > 0,
        rollDone: facts,
        lessonOpen: deps.lessonOpen(actor),
        ...(cart ? { cart } : {}),
      });
      return { now: instant(now), half, gesture, classes };
    },
  };
}
