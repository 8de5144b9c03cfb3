import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { WebSocket, type RawData } from 'ws';
import type { Reply } from '../../../contract/bridge';
import { MAX_TEXT_FRAME, toDoorSchema, VOICE_KIND } from '../../../contract/pupil/frames';
import { pupilContract } from '../../../contract/pupil';
import { isPreauError } from '../../../domain/errors';
import { createDispatcher } from '../../dispatch';
import type { PupilLink } from '../../classroom/ports';
import { demandMethod, type DoorConnection } from './connection';
import type { LanDoorDeps } from './deps';
import { createBucket, type DoorLimits } from './limits';
import { pupilRoutes } from './pupil-routes';

export interface PupilSockets {
  /** Takes over an accepted WebSocket. */
  accept(socket: WebSocket, request: IncomingMessage, door: DoorConnection['door'], origin: string): void;
  closeAll(): void;
  readonly size: number;
}

/** Close codes: 4000 and up are ours (RFC 6455, 7.4.2). */
/** More than this waiting, and a voice would come late: it is dropped (bytes). */
const LIVE_WAITING = 32 * 1024;
const CLOSE = { revoked: 4001, stopping: 4002, replaced: 4003, abuse: 4004 } as const;

export function createPupilSockets(deps: LanDoorDeps, limits: DoorLimits): PupilSockets {
  const { clock, timers, log, random } = deps;
  const dispatch = createDispatcher(pupilContract, pupilRoutes(deps), { log, random });
  const open = new Set<PupilLink>();
  const heard = ({ session }: DoorConnection, piece: Buffer): void => {
    if (session) deps.gate.tools.talk.heard(session.seat, piece);
  };

  function accept(
    socket: WebSocket,
    request: IncomingMessage,
    door: DoorConnection['door'],
    origin: string,
  ): void {
    const address = request.socket.remoteAddress ?? '';
    const bucket = createBucket(limits.framesPerSecond, limits.frameBurst, clock());
    let inFlight = 0;
    let ended = false;

    const write = (value: unknown): void => {
      if (socket.readyState !== WebSocket.OPEN) return;
      // A device that does not read keeps its own memory busy, not ours.
      if (socket.bufferedAmount > limits.waitingBytes) return socket.terminate();
      socket.send(JSON.stringify(value));
    };
    const link: PupilLink = {
      address: address.replace(/^::ffff:/, ''),
      send: (name, payload) => write({ event: { name, payload } }),
      sendBytes(frame) {
        if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > LIVE_WAITING) return false;
        socket.send(frame);
        return true;
      },
      end(reason) {
        if (ended) return;
        ended = true;
        write({ event: { name: 'door.closing', payload: { reason } } });
        socket.close(CLOSE[reason], reason);
        // Whoever does not answer the close is let go of.
        timers.after(2_000, () => socket.terminate());
      },
    };
    const connection: DoorConnection = { door, origin, address, link };
    open.add(link);
    const abuse = (what: string): void => {
      log.warn('lan.abuse', { what, device: connection.device?.id });
      link.end('abuse');
    };

    async function answer(id: number, method: string, input: unknown): Promise<void> {
      inFlight += 1;
      let reply: Reply;
      try {
        demandMethod(connection, method);
        reply = await dispatch(connection, method, input);
      } catch (error) {
        reply = isPreauError(error)
          ? { ok: false, error: { code: error.code, params: error.params } }
          : { ok: false, error: { code: 'INTERNAL', params: { reference: '' } } };
      } finally {
        inFlight -= 1;
      }
      write({ id, reply });
    }
    function receive(data: RawData, binary: boolean): void {
      if (ended) return;
      if (!bucket.take(clock())) return abuse('rate');
      const bytes = data as Buffer;
      if (binary) {
        // Screens come from devices of the school only; anything else binary has no meaning here.
        if (!connection.device) return abuse('binary');
        if (bytes[0] === VOICE_KIND) return heard(connection, bytes);
        return connection.session?.screenChunk(bytes);
      }
      if (bytes.length > (connection.session ? MAX_TEXT_FRAME : limits.strangerFrame)) return abuse('size');
      const frame = v.safeParse(v.pipe(v.string(), v.parseJson(), toDoorSchema), bytes.toString('utf8'));
      if (!frame.success) return abuse('frame');
      const { id, method, input } = frame.output;
      if (inFlight >= limits.inFlight)
        return write({ id, reply: { ok: false, error: { code: 'BUSY', params: {} } } });
      void answer(id, method, input);
    }

    let missed = 0;
    let cancelBeat = timers.after(limits.heartbeat, beat);
    const cancelHello = timers.after(limits.helloWithin, () => {
      if (!connection.hello) abuse('silence');
    });
    function beat(): void {
      missed += 1;
      if (missed > limits.lostAfter) return socket.terminate();
      if (missed >= 2) connection.session?.silent();
      socket.ping();
      cancelBeat = timers.after(limits.heartbeat, beat);
    }
    const alive = (): void => {
      missed = 0;
      connection.session?.answering();
    };
    socket.on('pong', alive);
    socket.on('message', (data, binary) => {
      alive();
      receive(data, binary);
    });
    // A broken frame ends this connection; `close` follows.
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      ended = true;
      cancelBeat();
      cancelHello();
      open.delete(link);
      deps.gate.tools.room.knockedOff(link);
      // 1006: the line was cut without a word. 1000, 1001, 1005: the page was closed or left.
      connection.session?.closed(code !== 1006);
      connection.remote?.closed();
    });
  }
  return {
    accept,
    closeAll() {
      for (const link of open) link.end('stopping');
    },
    get size() {
      return open.size;
    },
  };
}
