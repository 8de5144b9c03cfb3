import { PreauError } from '../../../domain/errors';
import type { DeviceRecord } from '../../../domain/device/device';
import type { Capabilities } from '../../../contract/pupil/door';
import type { PupilLink } from '../../classroom/ports';
import type { PupilSession } from '../../classroom/pupil-session';
import type { RemoteSession } from '../../remote/service';

/** What the door knows of one WebSocket, from the first word to the last. */
export interface DoorConnection {
  /** `visitor`: the plain page, where nobody has a name. */
  readonly door: 'secure' | 'visitor';
  readonly origin: string;
  readonly address: string;
  readonly link: PupilLink;
  hello?: { readonly capabilities: Capabilities; readonly keyId?: string | undefined };
  /** Good for one proof. */
  challenge?: string | undefined;
  device?: DeviceRecord | undefined;
  session?: PupilSession | undefined;
  /** A teacher's own telephone: it is no device of the school and has no seat. */
  remote?: RemoteSession | undefined;
}

/** What a visitor of the plain page may say: no names, no class list, no work (DESIGN 5). */
const VISITOR_METHODS: ReadonlySet<string> = new Set([
  'door.hello',
  'door.visit',
  'door.bye',
  'join.lesson',
  'join.takeSeat',
  'join.leave',
  'lesson.state',
  'lesson.activity',
  'lesson.handUp',
  'lesson.battery',
  'lesson.outcome',
  'lesson.attentionShown',
  'recess.state',
  'recess.shown',
  'clean.state',
  'clean.done',
  'room.greeting',
  'room.state',
  'poll.state',
  'poll.answer',
  'show.state',
  'show.keyFrame',
  'talk.state',
  'talk.write',
]);
/** What a browser may say before the door knows which device it is. */
const STRANGER_METHODS: ReadonlySet<string> = new Set([
  'door.hello',
  'door.prove',
  'door.enrol',
  'door.visit',
  'door.bye',
]);

/** What a telephone says before the door knows whose it is. */
const REMOTE_FIRST: ReadonlySet<string> = new Set(['remote.pair', 'remote.enter']);

/** @throws PreauError `VISITOR_ONLY`, `DEVICE_UNKNOWN` */
export function demandMethod(connection: DoorConnection, method: string): void {
  // A child's device is no remote control, and a remote control is no child's device, whatever it says of itself.
  if (connection.remote) {
    if (method.startsWith('remote.') ? REMOTE_FIRST.has(method) : method !== 'door.bye')
      throw new PreauError('DEVICE_UNKNOWN');
    return;
  }
  if (method.startsWith('remote.')) {
    if (connection.door === 'secure' && !connection.session && REMOTE_FIRST.has(method)) return;
    throw new PreauError('DEVICE_UNKNOWN');
  }
  const visitor = connection.door === 'visitor' || connection.session?.seat.startsWith('visitor-') === true;
  if (visitor && !VISITOR_METHODS.has(method)) throw new PreauError('VISITOR_ONLY');
  if (!connection.session && !STRANGER_METHODS.has(method)) throw new PreauError('DEVICE_UNKNOWN');
}

/** @throws PreauError `DEVICE_UNKNOWN` before the device has proved itself */
export function sessionOf(connection: DoorConnection): PupilSession {
  if (!connection.session) throw new PreauError('DEVICE_UNKNOWN');
  return connection.session;
}

/** @throws PreauError `DEVICE_UNKNOWN` before the telephone has proved itself */
export function remoteOf(connection: DoorConnection): RemoteSession {
  if (!connection.remote) throw new PreauError('DEVICE_UNKNOWN');
  return connection.remote;
}
