import { computer } from './computer';
import type { Session } from './session';

/** A piece that a weak Wi-Fi lost is asked for again after so long, ms. */
const AGAIN = 1_000;

/** On a computer in pupil mode, and nowhere else, what holds it for the lesson is fetched. */
export function lendComputer(session: Session): void {
  const own = computer();
  if (!own) return;
  import('./hold-computer').then(
    ({ holdComputer }) => holdComputer(session, own),
    () => setTimeout(() => lendComputer(session), AGAIN),
  );
}
