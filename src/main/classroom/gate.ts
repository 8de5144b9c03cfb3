import { PreauError } from '../../domain/errors';
import { afterWrong, NO_TRIES, secondsToWait, type Tries } from '../../domain/device/tries';
import type { DeviceRecord } from '../../domain/device/device';
import type { SeatCapabilities } from '../../domain/lesson/model';
import type { LessonTools } from './tools';
import type { LessonCode } from './lesson-code';
import type { PupilLink } from './ports';
import { createPupilSession, type Paces, type PupilSession, type SessionDeps } from './pupil-session';
import type { TicketFile } from './item-files';
import type { Reception } from './hand-ins';

/** The classroom as the LAN door sees it: ways in, and the bytes that go with them. */
export interface ClassroomGate {
  /** A device that proved itself. */
  connect(device: DeviceRecord, capabilities: SeatCapabilities, link: PupilLink): PupilSession;
  /**
   * A device that is not enrolled, with the code on the board. `address` slows down who guesses.
   * @throws PreauError `LESSON_NONE`, `LESSON_CODE_WRONG`, `TRY_LATER`, `LESSON_FULL`
   */
  visit(
    input: { readonly code: string; readonly address: string },
    capabilities: SeatCapabilities,
    link: PupilLink,
  ): { readonly number: number; readonly session: PupilSession };
  /** What a lesson's tools answer to pupils' devices. */
  readonly tools: LessonTools;
  file(ticket: string): TicketFile | undefined;
  reception(ticket: string): Reception | undefined;
}

export function createGate(
  deps: SessionDeps & { readonly lookAtClock: () => void },
  code: () => LessonCode | undefined,
): ClassroomGate {
  const { live } = deps;
  const tries = new Map<string, Tries>();
  const paces: Paces = new Map();

  function judge(typed: string, address: string): void {
    const held = tries.get(address) ?? NO_TRIES;
    const seconds = secondsToWait(held, deps.clock());
    if (seconds > 0) throw new PreauError('TRY_LATER', { seconds });
    if (code()?.accepts(typed, deps.clock()) === true) return void tries.delete(address);
    // Bounded: an attacker with many addresses forgets its own oldest ones, nobody else's memory grows.
    if (tries.size >= 500) tries.delete(tries.keys().next().value ?? '');
    tries.set(address, afterWrong(held, deps.clock()));
    throw new PreauError('LESSON_CODE_WRONG');
  }
  function freeVisitor(): number {
    const { lesson } = live.required();
    let number = 1;
    while (live.devices.has(`visitor-${number}`) || lesson.seats[`visitor-${number}`]?.joined) number += 1;
    return number;
  }
  return {
    connect(device, capabilities, link) {
      deps.lookAtClock();
      return createPupilSession(deps, paces, { key: device.id, label: device.label, capabilities, link });
    },
    visit({ code: typed, address }, capabilities, link) {
      live.required();
      judge(typed, address);
      const number = freeVisitor();
      const session = createPupilSession(deps, paces, {
        key: `visitor-${number}`,
        label: `Visiteur ${number}`,
        capabilities: { ...capabilities, capture: false, keys: false },
        link,
      });
      return { number: live.lesson?.seats[`visitor-${number}`]?.number ?? number, session };
    },
    tools: deps.tools,
    file: (ticket) => deps.items.find(ticket) ?? deps.tools.notes.shelf.file(ticket),
    reception: (ticket) => deps.handIns.reception(ticket),
  };
}
