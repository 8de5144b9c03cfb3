import type { Computer } from '../../state/computer';
import type { Session } from '../../state/session';
import { createLimits, type Limits } from './limits';
import { apps } from './state';

/** All that a computer in pupil mode has of this tool, fetched when a lesson first needs it. */
export interface AppsPage {
  readonly limits: Limits;
  readonly apps: typeof apps;
}
let limits: Limits | undefined;
export function openPage(session: Session, computer: Computer): AppsPage {
  limits = createLimits(session, computer);
  return { limits, apps };
}
/** A child's tap. */
export const start: Limits['start'] = async (id) => limits?.start(id) ?? 'failed';
