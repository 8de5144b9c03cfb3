import { networkInterfaces } from 'node:os';
import type { X509Certificate } from 'node:crypto';
import type { DoorView, MeetingState } from '../../../contract/pupil-meeting';
import type { Timers } from '../../cart/timers';
import { judgeVisit, textOf, type DoorAddress, type Visit } from './door-visit';
import { readAddress, type Look } from './find';
import type { LeaveCode } from './leave-code';
import type { Memory } from './memory';
import { printOf, readCertificate } from './trust';

/** Nobody answered: looked for again so much later, ms. */
const AGAIN = 5_000;

export interface Meeting {
  readonly state: MeetingState;
  /** Looks for the teacher's computer, and goes there where there is one of the school. */
  look(): Promise<void>;
  /** @param typed by an adult, or one of those shown */
  go(typed: string): Promise<void>;
  /** Pins the root that was shown under that print. */
  trust(print: string, code: string): Promise<void>;
  /** The same computer at another address, looked for while the line is lost; never the class next door. */
  follow(): Promise<void>;
  crashed(address: string): void;
  stop(): void;
}

/** From the start to the classroom's page (contract/pupil-meeting.ts). */
export function createMeeting(options: {
  readonly memory: Memory;
  readonly code: LeaveCode;
  readonly timers: Timers;
  readonly look: Look;
  visit(door: DoorAddress): Promise<Visit | 'not-preau' | undefined>;
  /** The door is one of the school: its page may be shown. */
  open(door: DoorAddress): void;
  changed(state: MeetingState): void;
}): Meeting {
  const { memory, timers } = options;
  let state: MeetingState = { at: 'looking' };
  let met: Visit | undefined;
  let here: Visit | undefined;
  let cancel: (() => void) | undefined;
  /** A newer search, or a person's choice, makes an older one's answer void. */
  let turn = 0;

  const root = (): X509Certificate | undefined => readCertificate(memory.now.root ?? '');
  const tell = (next: MeetingState): void => {
    state = next;
    options.changed(next);
  };
  const begin = (): number => {
    cancel?.();
    met = undefined;
    return (turn += 1);
  };
  const view = ({ door, name }: Visit): DoorView => ({
    address: textOf(door),
    name,
    last: memory.now.doors[0] === textOf(door),
  });
  const problem = (why: Extract<MeetingState, { at: 'problem' }>['why'], address: string): void =>
    tell({ at: 'problem', why, address });

  async function around(): Promise<Visit[]> {
    const last = memory.now.doors.flatMap((one) => readAddress(one) ?? []);
    const found = await options.look();
    const all = new Map([...last, ...found].map((door) => [textOf(door), door]));
    const visits = await Promise.all([...all.values()].map((door) => options.visit(door)));
    return visits.filter((one): one is Visit => typeof one === 'object');
  }
  async function receive(visit: Visit): Promise<void> {
    const pinned = root();
    const verdict = judgeVisit(visit, pinned ?? visit.root, timers.now());
    const address = textOf(visit.door);
    if (verdict === 'dates') return problem('dates', address);
    if (verdict !== 'ours')
      return problem(pinned && verdict === 'other-school' ? 'other-school' : 'not-preau', address);
    if (!pinned) {
      met = visit;
      return tell({ at: 'meeting', door: view(visit), print: printOf(visit.root) });
    }
    await enter(visit);
  }
  async function enter(visit: Visit): Promise<void> {
    here = visit;
    tell({ at: 'opening', door: view(visit) });
    options.open(visit.door);
    // A full disk keeps nobody out: the door is looked for again next time.
    await memory.cameTo(textOf(visit.door)).catch(() => undefined);
  }
  async function look(quietly = false): Promise<void> {
    const mine = begin();
    if (!quietly) tell({ at: 'looking' });
    const visits = await around();
    if (mine !== turn) return;
    const pinned = root();
    const ours = visits.filter((one) => judgeVisit(one, pinned ?? one.root, timers.now()) === 'ours');
    const [first] = ours.length > 0 ? ours : visits;
    if (ours.length > 1)
      return tell({ at: 'choose', doors: ours.map(view).sort((a, b) => Number(b.last) - Number(a.last)) });
    if (first) return await receive(first);
    tell({ at: 'none', network: hasNetwork(), known: pinned !== undefined });
    cancel = timers.after(AGAIN, () => void look(true));
  }
  return {
    get state() {
      return state;
    },
    look,
    async go(typed) {
      const mine = begin();
      const door = readAddress(typed);
      if (!door) return problem('address', typed.slice(0, 80));
      tell({ at: 'looking' });
      const visit = await options.visit(door);
      if (mine !== turn) return;
      if (visit === undefined) return problem('no-answer', textOf(door));
      if (visit === 'not-preau') return problem('not-preau', textOf(door));
      await receive(visit);
    },
    async trust(print, code) {
      const visit = met;
      if (!visit || printOf(visit.root) !== print) return;
      met = undefined;
      await memory.set({ root: visit.root.toString(), code: await options.code.choose(code) });
      await enter(visit);
    },
    async follow() {
      const pinned = root();
      const from = here;
      if (!pinned || !from) return;
      const mine = turn;
      const visits = (await around()).filter((one) => judgeVisit(one, pinned, timers.now()) === 'ours');
      // Where it still answers, the line comes back by itself.
      if (mine !== turn || visits.some(({ door }) => textOf(door) === textOf(from.door))) return;
      const moved = visits.find((one) => posteOf(one) === posteOf(from));
      if (moved) await enter(moved);
    },
    crashed: (address) => {
      begin();
      problem('crashed', address);
    },
    stop: () => void begin(),
  };
}

/** Each computer of the school has an intermediate of its own. */
const posteOf = ({ chain }: Visit): string | undefined => chain[0]?.issuer;

const hasNetwork = (): boolean =>
  Object.values(networkInterfaces()).some((all) =>
    all?.some((one) => !one.internal && one.family === 'IPv4'),
  );
