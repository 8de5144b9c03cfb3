import type { Socket } from './socket';

/** A socket whose other end is the test. */
export interface FakeSocket extends Socket {
  readonly sent: { id: number; method: string; input: unknown }[];
  readonly bytes: ArrayBuffer[];
  readonly closed: boolean;
  /** The door answers the last request of that method. */
  answer(method: string, value: unknown): void;
  refuse(method: string, code: string): void;
  say(name: string, payload: unknown): void;
  hear(text: unknown): void;
}

export function fakeSocket(): FakeSocket {
  const sent: FakeSocket['sent'] = [];
  const bytes: ArrayBuffer[] = [];
  let closed = false;
  const idOf = (method: string): number | undefined => sent.findLast((one) => one.method === method)?.id;
  const socket: FakeSocket = {
    sent,
    bytes,
    get closed() {
      return closed;
    },
    bufferedAmount: 0,
    onopen: null,
    onmessage: null,
    onclose: null,
    send(data) {
      if (typeof data === 'string') sent.push(JSON.parse(data) as FakeSocket['sent'][number]);
      else bytes.push(data);
    },
    close() {
      closed = true;
      socket.onclose?.();
    },
    answer: (method, value) => socket.hear(JSON.stringify({ id: idOf(method), reply: { ok: true, value } })),
    refuse: (method, code) =>
      socket.hear(JSON.stringify({ id: idOf(method), reply: { ok: false, error: { code, params: {} } } })),
    say: (name, payload) => socket.hear(JSON.stringify({ event: { name, payload } })),
    hear: (data) => socket.onmessage?.({ data }),
  };
  return socket;
}
