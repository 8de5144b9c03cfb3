/** The source of a link, in the poste and in the watchman alike. */
import { CambrionixDriver } from '../cambrionix/driver';
import { openAgent } from '../strip/agent';
import { StripDriver } from '../strip/driver';
import { nodeUsb } from '../usb/node-usb';
import { UsbHubDriver } from '../usb/driver';
import { openLink } from './open-link';
import { straight } from './route';
import type { HubLink } from '../../../domain/cart/hub-link';
import type { Timers } from '../timers';
import type { UsbBus } from '../usb/bus';
import type { OpenStream } from './byte-stream';
import type { ByteLink } from './open-link';
import type { ChargeSource, HearSnapshot } from './port';
import type { Whereabouts } from './route';
import type { StripSecret } from './strip-secrets';

export interface SourceDeps {
  readonly timers: Timers;
  readonly hear: HearSnapshot;
  /** The box's own serial number, where it told one: what hangs at the link and tells another is not read. */
  readonly serial?: string | undefined;
  /** Where serial hubs are looked for when the configured port leads to another; without it only that port is tried. */
  readonly whereabouts?: Whereabouts | undefined;
  /** Default: the links themselves. */
  readonly open?: ((link: ByteLink) => OpenStream) | undefined;
  /** Default: libusb. */
  readonly usb?: UsbBus | undefined;
  /** What opens a strip; asked at each connection. */
  readonly secret?: (() => Promise<StripSecret | undefined>) | undefined;
}

/** A source that is not started yet. */
export function openSource(link: HubLink, deps: SourceDeps): ChargeSource {
  const { timers, hear, serial, secret } = deps;
  const open = deps.open ?? openLink;
  switch (link.kind) {
    case 'serial':
      return new CambrionixDriver(
        deps.whereabouts?.route(link.path, serial) ?? straight(open(link), serial),
        timers,
        hear,
      );
    case 'tcp':
      return new CambrionixDriver(straight(open(link), serial), timers, hear);
    case 'usb':
      return new UsbHubDriver(link, deps.usb ?? nodeUsb(), timers, hear);
    case 'snmp':
      return new StripDriver(async () => openAgent(link, await secret?.()), timers, hear);
  }
}
