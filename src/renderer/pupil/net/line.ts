import * as v from 'valibot';
import {
  findEvent,
  type EventOf,
  type InputOf,
  type MethodOf,
  type PayloadOf,
  type ReplyOf,
} from '../../../contract/define';
import { findRequest } from '../../../contract/define';
import { pupilContract, type PupilContract } from '../../../contract/pupil';
import { fromDoorSchema } from '../../../contract/pupil/frames';
import { PreauError } from '../../../domain/errors';
import type { Socket } from './socket';

export type PupilMethod = MethodOf<PupilContract>;
export type PupilEvent = EventOf<PupilContract>;

/** The line went before the answer came: nobody knows whether the door heard. Ask again, with the same id. */
export class LineLost extends Error {
  override readonly name = 'LineLost';
}

/** A door that answers nothing for that long is gone, whatever the socket believes (ms). */
export const ANSWER_TIMEOUT = 6_000;

interface Waiting {
  readonly method: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** One open connection: requests find their replies, events go to the listener. Ends once. */
export interface Line {
  request<M extends PupilMethod>(
    method: M,
    input: InputOf<PupilContract, M>,
  ): Promise<ReplyOf<PupilContract, M>>;
  /** A screen chunk; dropped where the line is full. @returns whether it left */
  sendBytes(bytes: ArrayBuffer): boolean;
  close(): void;
}

export interface LineEvents {
  onEvent<E extends PupilEvent>(name: E, payload: PayloadOf<PupilContract, E>): void;
  /** A binary frame of the door. */
  onBytes?(bytes: ArrayBuffer): void;
  onEnd(): void;
}

/** More than that waiting in the socket and pictures are skipped: words go first (bytes). */
const FULL = 256 * 1024;

/** Speaks the contract over an open socket. What does not parse is dropped: a strange door must not break the page. */
export function createLine(socket: Socket, events: LineEvents): Line {
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let ended = false;

  const end = (): void => {
    if (ended) return;
    ended = true;
    for (const one of waiting.values()) {
      clearTimeout(one.timer);
      one.reject(new LineLost());
    }
    waiting.clear();
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
    events.onEnd();
  };

  const settle = (id: number, reply: v.InferOutput<typeof fromDoorSchema> & { reply: unknown }): void => {
    const one = waiting.get(id);
    if (!one || !('id' in reply)) return;
    waiting.delete(id);
    clearTimeout(one.timer);
    if (!reply.reply.ok) {
      one.reject(new PreauError(reply.reply.error.code, reply.reply.error.params));
      return;
    }
    const schema = findRequest(pupilContract, one.method)?.reply;
    const value = schema && v.safeParse(schema, reply.reply.value);
    if (value?.success) one.resolve(value.output);
    else one.reject(new PreauError('INTERNAL', { reference: one.method }));
  };

  socket.onclose = end;
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) events.onBytes?.(data);
    if (typeof data !== 'string') return;
    const frame = v.safeParse(v.pipe(v.string(), v.parseJson(), fromDoorSchema), data);
    if (!frame.success) return;
    if ('id' in frame.output) {
      settle(frame.output.id, frame.output);
      return;
    }
    const { name, payload } = frame.output.event;
    const schema = findEvent(pupilContract, name);
    const value = schema && v.safeParse(schema, payload);
    // The registry says what this name's payload is; the types of both follow from the same place.
    if (value?.success)
      events.onEvent(name as PupilEvent, value.output as PayloadOf<PupilContract, PupilEvent>);
  };

  return {
    request: (method, input) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(new LineLost());
          return;
        }
        const id = next++;
        const timer = setTimeout(end, ANSWER_TIMEOUT);
        waiting.set(id, { method, resolve: resolve as (value: unknown) => void, reject, timer });
        socket.send(JSON.stringify({ id, method, input }));
      }),
    sendBytes(bytes) {
      if (ended || socket.bufferedAmount > FULL) return false;
      socket.send(bytes);
      return true;
    },
    close: end,
  };
}
