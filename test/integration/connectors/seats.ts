import type { Id } from '../../../src/domain/id';
import type { SeatView } from '../../../src/contract/staff/classroom';
import {
  COMMAND_DEADLINE,
  type Ability,
  type Command,
  type Connector,
  type Outcome,
} from '../../../src/main/classroom/connectors/port';
import { TEACHER, type TestSchool } from '../lan/school';
import type { Told } from './contract';

const ABILITIES: ReadonlySet<Ability> = new Set<Ability>(['screen', 'lock', 'open-page']);

/**
 * The pupil app as a connector: what the classroom asks of a seat, and what the device answered. Pages and locks are the
 * lesson's own; the outcome is read where the teacher reads it.
 */
export function createSeatConnector(school: TestSchool, told: Told): Connector {
  const { classroom } = school;
  const seatOf = (device: Id<'device'>): SeatView | undefined =>
    classroom.state(TEACHER).lesson?.seats.find(({ key }) => key === device);
  const silent = (seat: SeatView | undefined): Outcome => ({
    state: 'no-answer',
    since: seat?.since ?? new Date(0).toISOString(),
    cause: seat?.cause === 'line-cut' || seat?.cause === 'page-closed' ? 'cut' : 'hanging',
  });
  async function answered(device: Id<'device'>, look: () => Outcome | undefined): Promise<Outcome> {
    const end = performance.now() + COMMAND_DEADLINE;
    while (performance.now() < end) {
      const outcome = look();
      hand();
      if (outcome) return outcome;
      if (seatOf(device)?.presence !== 'here') break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return silent(seatOf(device));
  }
  let frames = 0;
  function hand(): void {
    for (const frame of school.frames.slice(frames)) {
      const length = frame.readUInt8(0);
      told.events.picture(
        frame.subarray(1, 1 + length).toString() as Id<'device'>,
        frame.subarray(1 + length),
      );
    }
    frames = school.frames.length;
  }
  const pump = setInterval(hand, 20);

  return {
    kind: 'pupil-app',
    abilities: () => ABILITIES,
    async perform(device: Id<'device'>, command: Command): Promise<Outcome> {
      if (command.do === 'lock') {
        await classroom.attention(TEACHER, { on: command.on, to: [device] });
        return answered(device, () => {
          const state = seatOf(device)?.attention;
          return (command.on ? state === 'shown' || state === 'seen' : state === 'free')
            ? { state: 'done' }
            : undefined;
        });
      }
      if (command.do !== 'open-page') return { state: 'impossible', why: 'not-supported' };
      if (!classroom.state(TEACHER).lesson) return silent(undefined);
      const { url } = command;
      const item = await classroom.send(TEACHER, {
        title: 'Page',
        kind: 'page',
        url,
        answer: false,
        to: [device],
      });
      return answered(device, () => {
        const sent = classroom.state(TEACHER).lesson?.items.find(({ id }) => id === item);
        const said = sent?.outcomes.find(({ seat }) => seat === device);
        if (said?.state === 'done') return { state: 'done' };
        return said?.state === 'impossible' ? { state: 'impossible', why: 'unreachable' } : undefined;
      });
    },
    watch: (device, { width }) =>
      classroom.watch(TEACHER, 'window', width > 0 ? [{ seat: device, width }] : []),
    async close() {
      clearInterval(pump);
      await classroom.closeLesson(TEACHER);
    },
  };
}

/** Both devices in a lesson without names. */
export async function seated(school: TestSchool, devices: readonly Id<'device'>[]): Promise<void> {
  const end = performance.now() + 30_000;
  const here = () =>
    devices.every((device) =>
      school.classroom
        .state(TEACHER)
        .lesson?.seats.some(({ key, joined, presence }) => key === device && joined && presence === 'here'),
    );
  while (!here()) {
    if (performance.now() > end) throw new Error('the devices did not come in');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
