import * as v from 'valibot';
import {
  eventMessageSchema,
  replySchema,
  type EventMessage,
  type Reply,
  type StaffBridge,
} from '../../contract/bridge';

declare global {
  interface Window {
    /** Exposed by the preload in a desktop window; absent in a browser. */
    readonly preau?: StaffBridge;
  }
}

const messageSchema = v.union([
  v.object({ id: v.number(), reply: replySchema }),
  v.object({ event: eventMessageSchema }),
]);
/** First and longest pause between two tries to come back, in milliseconds. */
const RETRY_MS = [250, 2_000] as const;
const TOKEN_KEY = 'preau-token';

/**
 * The bridge of a browser tab opened by the loopback link: the one-time code of the address is redeemed once, then a
 * WebSocket carries the same requests and events as the desktop window's preload.
 */
async function connectLoopback(): Promise<StaffBridge> {
  const token = await redeemCode();
  const listeners = new Set<(event: EventMessage) => void>();
  const waiting = new Map<number, { resolve: (reply: Reply) => void; frame: string }>();
  let socket: WebSocket | undefined;
  let next = 0;

  function connect(pause: number = RETRY_MS[0]): void {
    const url = new URL('/staff', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    url.searchParams.set('token', token);
    const opened = new WebSocket(url);
    opened.onopen = () => {
      socket = opened;
      // What was asked while the line was down is asked again; requests are safe to repeat or carry their own id.
      for (const { frame } of waiting.values()) opened.send(frame);
    };
    opened.onmessage = ({ data }) => {
      const message = v.parse(messageSchema, JSON.parse(String(data)));
      if ('event' in message) {
        for (const listener of listeners) listener(message.event);
        return;
      }
      waiting.get(message.id)?.resolve(message.reply);
      waiting.delete(message.id);
    };
    opened.onclose = () => {
      socket = undefined;
      setTimeout(() => connect(Math.min(pause * 2, RETRY_MS[1])), pause);
    };
  }
  connect();

  return {
    request: (method, input) =>
      new Promise((resolve) => {
        const id = (next += 1);
        const frame = JSON.stringify({ id, method, input });
        waiting.set(id, { resolve, frame });
        if (socket?.readyState === WebSocket.OPEN) socket.send(frame);
      }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A reload keeps the tab's token; a code already used elsewhere says so. */
async function redeemCode(): Promise<string> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  const kept = sessionStorage.getItem(TOKEN_KEY);
  if (!code && kept) return kept;
  history.replaceState(null, '', location.pathname);
  const answer = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: code ?? '' }),
  });
  if (!answer.ok) {
    if (kept) return kept;
    throw new Error('CODE_USED');
  }
  const { token } = v.parse(v.object({ token: v.string() }), await answer.json());
  sessionStorage.setItem(TOKEN_KEY, token);
  return token;
}

export function connectBridge(): Promise<StaffBridge> {
  return window.preau ? Promise.resolve(window.preau) : connectLoopback();
}
