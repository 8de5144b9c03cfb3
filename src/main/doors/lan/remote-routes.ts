import type { Handlers } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import { PreauError } from '../../../domain/errors';
import type { SeatKey } from '../../../domain/lesson/model';
import type { RemoteSession } from '../../remote/service';
import { remoteOf, type DoorConnection } from './connection';
import type { LanDoorDeps } from './deps';

/** A teacher's telephone at the pupils' door: who it is stands on the connection, never in a request. */
export function remoteRoutes(
  deps: Pick<LanDoorDeps, 'remote' | 'gate'>,
): Handlers<PupilContract['remote'], DoorConnection> {
  const remote = () => {
    if (!deps.remote) throw new PreauError('REMOTE_CLOSED', { reason: 'head' });
    return deps.remote;
  };
  /** It is no unknown device any more, of those the wall counts. */
  const met = (connection: DoorConnection, session: RemoteSession): void => {
    connection.remote = session;
    deps.gate.tools.room.knockedOff(connection.link);
  };
  return {
    async pair(connection, order) {
      demandHello(connection);
      const { keyId, session } = await remote().pair(connection.address, order, connection.link);
      met(connection, session);
      return { keyId, person: session.person };
    },
    async enter(connection, proof) {
      demandHello(connection);
      const { challenge, origin } = connection;
      connection.challenge = undefined;
      if (!challenge) throw new PreauError('DEVICE_UNKNOWN');
      const session = await remote().enter({ ...proof, challenge, origin }, connection.link);
      met(connection, session);
      return { person: session.person };
    },
    async unlock(connection, { pin }) {
      await remoteOf(connection).unlock(pin);
      return {};
    },
    lock(connection) {
      remoteOf(connection).lock();
      return {};
    },
    view: (connection) => remoteOf(connection).view(),
    async attention(connection, { on }) {
      await remoteOf(connection).attention(on);
      return {};
    },
    async recess(connection, { on }) {
      await remoteOf(connection).recess(on);
      return {};
    },
    lowerHand(connection, { seat }) {
      remoteOf(connection).lowerHand(seat as SeatKey);
      return {};
    },
    async project(connection, { seats }) {
      await remoteOf(connection).project(seats.map((key) => key as SeatKey));
      return {};
    },
    roll: (connection, { class: classId }) => remoteOf(connection).roll(classId),
    async writeRoll(connection, roll) {
      await remoteOf(connection).writeRoll(roll);
      return {};
    },
    async unpair(connection) {
      await remoteOf(connection).unpair();
      return {};
    },
  };
}

function demandHello(connection: DoorConnection): void {
  if (!connection.hello) throw new PreauError('BAD_INPUT', { path: 'hello' });
}
