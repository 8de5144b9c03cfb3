import type { SilentPoste } from '../../contract/staff/sync';
import type { ReachCause } from '../../domain/network/reach';
import type { PosteReach } from './neighbours';

/** Causes as the synchronisation's screen says them; what answers, or was never met here, is not silent. */
const CAUSES: Readonly<Record<ReachCause, SilentPoste['cause'] | undefined>> = {
  answers: undefined,
  away: undefined,
  'no-network': undefined,
  asleep: 'off',
  closed: 'off',
  firewall: 'public-network',
  isolation: 'isolation',
  'other-network': 'other-network',
  'someone-else': 'unknown',
  'other-version': 'unknown',
  filtered: 'unknown',
};

/** Postes that were met on this network and do not answer now. */
export const silentIn = (found: readonly PosteReach[]): SilentPoste[] =>
  found.flatMap(({ poste, address, cause }) => {
    const said = CAUSES[cause];
    return said && address ? [{ id: poste, address: `${address.host}:${address.port}`, cause: said }] : [];
  });
