import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import {
  addRun,
  monthOf,
  ofMonth,
  spentTonight,
  WAYS,
  type Carried,
  type MeteredRun,
  type Way,
} from '../../domain/sync/meter';
import type { NightWindow } from '../../domain/sync/settings';
import { writeAtomically } from '../../store/atomic-file';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const carriedSchema = v.object({ up: count, down: count, runs: count, sent: count, received: count });
const fileSchema = v.object({
  days: v.record(
    v.string(),
    v.partial(v.object({ line: carriedSchema, lan: carriedSchema, away: carriedSchema })),
  ),
  /** Runs over the school's line in the last two days: a night has two dates. */
  recent: v.array(v.object({ at: v.number(), bytes: count })),
});
type MeterFile = v.InferOutput<typeof fileSchema>;

const RECENT_MS = 48 * 3_600_000;

/** What the line and the school's own network carried, by day; numbers only. Losing the file costs the count. */
export interface Meter {
  add(at: number, zone: string, way: Way, run: MeteredRun): Promise<void>;
  month(at: number, zone: string): Record<Way, Carried>;
  /** Bytes over the school's line, both ways. */
  spent(at: number, zone: string, night: NightWindow): { readonly night: number; readonly month: number };
}

export async function openMeter(path: string): Promise<Meter> {
  let file: MeterFile = { days: {}, recent: [] };
  try {
    const parsed = v.safeParse(fileSchema, JSON.parse(await readFile(path, 'utf8')));
    if (parsed.success) file = parsed.output;
  } catch {
    // Missing or broken: the count begins today.
  }
  return {
    async add(at, zone, way, { up, down, sent, received, runs = 1 }) {
      const days = addRun(file.days, at, zone, way, { up, down, sent, received, runs }) as MeterFile['days'];
      const recent = file.recent.filter((run) => at - run.at < RECENT_MS && run.at <= at);
      if (way === 'line') recent.push({ at, bytes: up + down });
      file = { days, recent };
      await writeAtomically(path, JSON.stringify(file));
    },
    month(at, zone) {
      const month = monthOf(at, zone);
      const [line, lan, away] = WAYS.map((way) => ofMonth(file.days, month, way));
      // WAYS has three: the compiler counts them here.
      return { line: line ?? NONE, lan: lan ?? NONE, away: away ?? NONE };
    },
    spent(at, zone, night) {
      const { up, down } = ofMonth(file.days, monthOf(at, zone), 'line');
      return { night: spentTonight(file.recent, at, zone, night), month: up + down };
    },
  };
}
const NONE: Carried = { up: 0, down: 0, runs: 0, sent: 0, received: 0 };
