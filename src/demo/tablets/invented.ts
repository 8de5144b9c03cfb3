/**
 * Three tablets of « Valise verte » as if on the cable: two that answer, one that waits for « Autoriser ». Nobody's: their model says so
 * wherever it is shown. Loaded when somebody first asks for tablets, and never before.
 */
import { greenSerial } from '../seed-sets';
import type { AdbServer } from '../../main/android/adb-server';
import { serveInventedAdb, type PluggedTablet } from './adb-server';
import { TabletDaemon } from './daemon';
import recording from './screen.h264?url&inline';

/** « factice »: what a shop puts in its window. */
const MODEL = 'Huit pouces factice';
const ANDROID_11 = 30;
/** Of each file that is sent to one: enough to give it back, too little to fill this computer. Bytes */
const KEPT = 5 * 1024 * 1024;
const PICTURE_EVERY = 100;

export function openInventedTablets(): Promise<AdbServer> {
  return serveInventedAdb([tablet(1, 62), tablet(2, 18), { ...tablet(3, 80), authorised: false }]);
}

function tablet(bay: number, level: number): PluggedTablet {
  const serial = greenSerial(bay);
  const daemon = new TabletDaemon({
    serial,
    model: MODEL,
    sdk: ANDROID_11,
    battery: { level, status: 2, temperature: 264 + bay },
    keep: KEPT,
    screen: { pictures: pictures(), everyMs: PICTURE_EVERY },
  });
  // It has no way through the air: nothing is at its end.
  daemon.wifi = undefined;
  daemon.props['ro.product.manufacturer'] = 'Démonstration';
  daemon.unread = 'fr.demonstration.application';
  for (const [name, version] of [
    ['org.geogebra.android', '5.2.829'],
    ['fr.demonstration.lecture', '2.1'],
  ] as const) {
    daemon.installed.set(name, Buffer.alloc(0));
    daemon.versions.set(name, version);
  }
  return { daemon, authorised: true };
}

/** The recording, cut behind each slice (ITU-T H.264 7.4.1: types 1 and 5). */
function pictures(): Buffer[] {
  const bytes = Buffer.from(recording.slice(recording.indexOf(',') + 1), 'base64');
  const starts: number[] = [];
  for (let at = bytes.indexOf('\u0000\u0000\u0001', 0, 'latin1'); at >= 0;) {
    starts.push(at > 0 && bytes[at - 1] === 0 ? at - 1 : at);
    at = bytes.indexOf('\u0000\u0000\u0001', at + 3, 'latin1');
  }
  const found: Buffer[] = [];
  let from = 0;
  for (const [n, start] of starts.entries()) {
    const type = (bytes[start + (bytes[start + 2] === 1 ? 3 : 4)] ?? 0) & 0x1f;
    if (type !== 1 && type !== 5) continue;
    const end = starts[n + 1] ?? bytes.length;
    found.push(bytes.subarray(from, end));
    from = end;
  }
  return found;
}
