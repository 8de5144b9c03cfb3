import { WebSocket } from 'ws';
import type { EventOf, InputOf, MethodOf, PayloadOf, ReplyOf } from '../../contract/define';
import { PUPIL_PROTOCOL, type PupilContract } from '../../contract/pupil';
import { fromDoorSchema } from '../../contract/pupil/frames';
import type { Capabilities } from '../../contract/pupil/door';
import { PreauError } from '../../domain/errors';
import * as v from 'valibot';
import type { PupilKey } from './keys';

export interface ClientOptions {
  /** `https://127.0.0.1:8443`, or `http://…` for a visitor. */
  readonly origin: string;
  /** The school's root, PEM: trusted as an enrolled device trusts it; nothing is ever ignored. */
  readonly root?: string;
  readonly capabilities: Capabilities;
  readonly clock?: () => number;
}

type Method = MethodOf<PupilContract>;
type Event = EventOf<PupilContract>;

/** A pupil's device that is a program: the true protocol over true TLS (src/demo and tests). */
export interface PupilClient {
  readonly origin: string;
  request<M extends Method>(method: M, input: InputOf<PupilContract, M>): Promise<ReplyOf<PupilContract, M>>;
  /** Next event of that name, also one that came before it was asked for and nobody took. */
  next<E extends Event>(name: E): Promise<PayloadOf<PupilContract, E>>;
  on<E extends Event>(name: E, listener: (payload: PayloadOf<PupilContract, E>) => void): void;
  hello(keyId?: string): Promise<ReplyOf<PupilContract, 'door.hello'>>;
  /** Hello and proof. */
  enter(key: PupilKey, keyId: string): Promise<ReplyOf<PupilContract, 'door.prove'>>;
  sendScreen(chunk: Uint8Array): void;
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  close(): Promise<void>;
}

export async function connectPupil(options: ClientOptions): Promise<PupilClient> {
  const { origin, root, capabilities, clock = () => Date.now() } = options;
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/pupil`, {
    origin,
    ...(root && { ca: root }),
    perMessageDeflate: false,
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const unread = new Map<string, unknown[]>();
  const asked = new Map<string, ((payload: unknown) => void)[]>();
  let next = 0;
  const closed = new Promise<number>((resolve) =>
    socket.on('close', (code) => {
      for (const one of waiting.values()) one.reject(new Error(`the door closed: ${code}`));
      waiting.clear();
      resolve(code);
    }),
  );
  socket.on('message', (data, binary) => {
    if (binary) return;
    const frame = v.parse(fromDoorSchema, JSON.parse(String(data)));
    if ('id' in frame) {
      const one = waiting.get(frame.id);
      waiting.delete(frame.id);
      if (frame.reply.ok) one?.resolve(frame.reply.value);
      else one?.reject(new PreauError(frame.reply.error.code, frame.reply.error.params));
      return;
    }
    const { name, payload } = frame.event;
    for (const listener of listeners.get(name) ?? []) listener(payload);
    const first = asked.get(name)?.shift();
    if (first) first(payload);
    else unread.set(name, [...(unread.get(name) ?? []).slice(-20), payload]);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);

  const client: PupilClient = {
    origin,
    socket,
    closed,
    request: (method, input) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) return reject(new Error('the line is closed'));
        const id = next++;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        socket.send(JSON.stringify({ id, method, input }));
      }),
    next: (name) =>
      new Promise((resolve) => {
        const held = unread.get(name);
        if (held && held.length > 0) return resolve(held.shift() as never);
        asked.set(name, [...(asked.get(name) ?? []), resolve as (payload: unknown) => void]);
      }),
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as (payload: unknown) => void));
    },
    hello: (keyId) =>
      client.request('door.hello', {
        protocol: PUPIL_PROTOCOL,
        app: 'demo-0.1',
        capabilities,
        clock: clock(),
        ...(keyId !== undefined && { keyId }),
      }),
    async enter(key, keyId) {
      const { challenge } = await client.hello(keyId);
      return client.request('door.prove', { signature: key.prove(challenge, origin) });
    },
    sendScreen: (chunk) => socket.send(chunk),
    async close() {
      socket.close(1000);
      await closed;
    },
  };
  return client;
}
