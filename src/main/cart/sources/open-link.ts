/** A byte link as it was configured, and the serial ports of this computer. */
import { openSerial } from './open-serial';
import { openTcp } from './open-tcp';
import type { HubLink } from '../../../domain/cart/hub-link';
import type { OpenStream } from './byte-stream';
import type { SerialPlace } from './route';

/** The links that are a stream of bytes; a USB hub and a strip are spoken to in requests. */
export type ByteLink = Extract<HubLink, { kind: 'serial' | 'tcp' }>;

export function openLink(link: ByteLink): OpenStream {
  return link.kind === 'serial' ? openSerial(link.path) : openTcp(link.host, link.port);
}

/** FTDI, whose chip the hubs carry; newer ones name their maker. */
const FTDI = '0403';
const HUB_MAKER = /cambrionix/i;

/**
 * What hangs on a USB port and speaks as a serial line. A computer's own ports (`/dev/ttyS0`) are everywhere, and no hub is there.
 * Empty where the system cannot list them (Linux without udev: serialport calls `udevadm`).
 */
export async function listSerialPorts(): Promise<readonly SerialPlace[]> {
  try {
    const { SerialPort } = await import('serialport');
    const ports = await SerialPort.list();
    return ports.flatMap(({ path, vendorId, manufacturer, serialNumber }) =>
      vendorId === undefined
        ? []
        : [
            {
              path,
              label: [manufacturer, serialNumber].filter(Boolean).join(' · ').slice(0, 80) || path,
              hubLike: vendorId.toLowerCase() === FTDI || HUB_MAKER.test(manufacturer ?? ''),
            },
          ],
    );
  } catch {
    return [];
  }
}
