import { watch } from 'vue';
import { startSharing } from '../screen/sharing';
import { rest } from '../tools/recess/rest';
import type { Computer } from './computer';
import type { Session } from './session';

/** The computer hears that often that the lesson goes on; 90 s without it and it lets everything go (docs/pupil-mode.md), ms. */
const TURN = 20_000;
/** Somebody else is about to sit down: the lesson goes on. */
const BETWEEN: readonly string[] = ['arriving', 'greet', 'names', 'code', 'asking'];

/**
 * A computer in pupil mode is the lesson's while somebody sits here: full screen, its screen shared without a question. Whatever
 * has to end ends with the lesson; a line that is lost tells the computer nothing, and it counts.
 */
export function holdComputer(session: Session, own: Computer): void {
  const { state } = session;
  let held = false;
  let sharing = false;

  const covered = (): boolean => {
    const { on, until } = state.attention;
    const locked = on && (until === undefined || Date.parse(until) > Date.now() + state.clockOff);
    return locked || rest.on;
  };
  async function share(): Promise<void> {
    if (sharing || state.sharing !== 'off') return;
    sharing = true;
    try {
      await startSharing(session);
    } finally {
      sharing = false;
    }
  }
  async function tell(): Promise<void> {
    if (state.step === 'in' && state.line === 'up') {
      held = true;
      await own.ask('full', { on: true, over: covered() });
      await own.ask('alive', {});
      await share();
    } else if (held && state.line === 'up' && !BETWEEN.includes(state.step)) {
      held = false;
      await own.ask('full', { on: false });
    } else if (held && state.line === 'up') await own.ask('alive', {});
  }
  // What the computer refused is asked again at the next turn.
  const say = (): void => void tell().catch(() => undefined);
  setInterval(say, TURN);
  watch(() => [state.step, state.line, state.attention, rest.on, state.sharing] as const, say, {
    deep: true,
    immediate: true,
  });
  watch(
    () => state.line === 'up',
    (up) => void own.ask('line', { up }).catch(() => undefined),
    { immediate: true },
  );
}
