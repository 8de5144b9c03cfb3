import type { Computer } from '../../state/computer';
import type { Session } from '../../state/session';
import type { Limits } from './limits';

let making: Promise<Limits> | undefined;

/** Fetched when a lesson first needs it; a piece that a weak Wi-Fi lost is asked for again. */
export const limitsOf = (session: Session, computer: Computer) => (): Promise<Limits> =>
  (making ??= import('./limits').then(
    ({ createLimits }) => createLimits(session, computer),
    (error: unknown) => {
      making = undefined;
      throw error;
    },
  ));
/** For the page, which shows only once there are some. */
export const limits = (): Promise<Limits> | undefined => making;
