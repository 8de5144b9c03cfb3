import { NO_PLACE } from '../documents';
import type { HubView } from '../../../contract/staff/cart-hubs';
import type { CartDocument } from '../documents';
import type { SourceSnapshot } from './port';

/** How a box is doing, for a screen. One that another computer reads is shown as stopped here. */
export function hubView(
  hub: CartDocument<'hub'>,
  snapshot: SourceSnapshot | undefined,
  poste: string,
): HubView {
  const here = hub.poste === poste;
  return {
    id: hub._id,
    link: hub.link,
    firstBay: hub.firstBay === NO_PLACE ? null : hub.firstBay,
    here,
    status: snapshot?.status ?? 'stopped',
    since: snapshot?.since ?? '',
    ...(snapshot?.why === undefined ? {} : { why: snapshot.why }),
    ...(snapshot?.hardware === undefined ? {} : { hardware: snapshot.hardware.name }),
    alerts: snapshot?.status === 'answering' ? [...snapshot.alerts] : [],
    ports: snapshot?.ports.length ?? 0,
    switching: snapshot?.switching ?? 'none',
    restartable: here && (hub.link.kind === 'serial' || hub.link.kind === 'tcp'),
  };
}
