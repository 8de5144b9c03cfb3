/** What the app needs of a WebSocket: tests bring their own. */
export interface Socket {
  send(data: string | ArrayBuffer): void;
  close(): void;
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

/** The door's address for this page. */
export function doorAddress(location: Pick<Location, 'protocol' | 'host'>): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/pupil`;
}

export function openSocket(address: string): Socket {
  const inner = new WebSocket(address);
  inner.binaryType = 'arraybuffer';
  const socket: Socket = {
    send: (data) => inner.send(data),
    close: () => inner.close(),
    get bufferedAmount() {
      return inner.bufferedAmount;
    },
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  inner.onopen = () => socket.onopen?.();
  inner.onmessage = ({ data }) => socket.onmessage?.({ data: data as unknown });
  inner.onclose = () => socket.onclose?.();
  return socket;
}
