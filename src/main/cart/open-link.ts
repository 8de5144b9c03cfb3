/** A configured link to a stream, and the serial ports of this computer. */
import { openSerial } from './open-serial';
import { openTcp } from './open-tcp';
import type { HubLink } from '../../domain/cart/hub-link';
import type { OpenStream } from './byte-stream';

export function openLink(link: HubLink): OpenStream {
  return link.kind === 'serial' ? openSerial(link.path) : openTcp(link.host, link.port);
}

/** Empty where the system cannot list them (Linux without udev: serialport calls `udevadm`). */
export async function listSerialPorts(): Promise<readonly { path: string; label: string }[]> {
  try {
    const { SerialPort } = await import('serialport');
    const ports = await SerialPort.list();
    return ports.map((port) => ({
      path: port.path,
      label: [port.manufacturer, port.serialNumber].filter(Boolean).join(' · ').slice(0, 80) || port.path,
    }));
  } catch {
    return [];
  }
}
