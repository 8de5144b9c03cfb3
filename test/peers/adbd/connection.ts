import type { Socket } from 'node:net';
import {
  AdbProtocolError,
  Command,
  encodePacket,
  MAX_PAYLOAD_BYTES,
  PacketReader,
  VERSION_WITH_CHECKSUM,
  VERSION_WITHOUT_CHECKSUM,
  type CommandCode,
  type Packet,
} from './wire';
import type { ServiceHandler, ServiceOpener } from '../../../src/demo/tablets/stream';

export interface ConnectionOptions {
  banner: () => string;
  authorised: () => boolean;
  open: ServiceOpener;
}

interface OpenStream {
  remoteId: number;
  handler: ServiceHandler;
  waitingForOkay: (() => void) | undefined;
  queue: Promise<void>;
}

const AUTH_TOKEN = 1;
const AUTH_TOKEN_BYTES = 20;
const EMPTY = Buffer.alloc(0);

/** One host connected to the device: handshake, streams, flow control. */
export class DeviceConnection {
  readonly #reader = new PacketReader();
  readonly #streams = new Map<number, OpenStream>();
  #nextLocalId = 1;
  #connected = false;
  /** What a device that stands still has not sent. */
  #unsent: Buffer[] | undefined;

  constructor(
    readonly socket: Socket,
    private readonly options: ConnectionOptions,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#dropAll());
  }

  /** The person has pressed « Autoriser » on the tablet: finish the handshake that was waiting. */
  accept(): void {
    if (!this.#connected) this.#announce();
  }

  /** Stands still: its line stays, it reads and says nothing. */
  freeze(): void {
    this.#unsent ??= [];
    this.socket.pause();
  }
  thaw(): void {
    const unsent = this.#unsent ?? [];
    this.#unsent = undefined;
    for (const packet of unsent) this.socket.write(packet);
    this.socket.resume();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const packet of this.#reader.push(chunk)) this.#handle(packet);
    } catch (error) {
      // adbd drops a host that does not speak adb; it does not answer it.
      if (!(error instanceof AdbProtocolError)) throw error;
      this.socket.destroy();
    }
  }

  #handle(packet: Packet): void {
    if (packet.command === Command.CNXN) return this.#handshake(packet);
    if (packet.command === Command.AUTH) {
      // A signature (type 2) by a key this device does not know gets a new token; a public key (type 3) waits for
      // a finger on the screen. This device knows no key beforehand.
      if (packet.arg0 === 2) this.#challenge();
      return;
    }
    if (!this.#connected) throw new AdbProtocolError('traffic before the handshake');
    if (packet.command === Command.OPEN) return this.#open(packet);
    const stream = this.#streams.get(packet.arg1);
    if (!stream) {
      if (packet.command === Command.WRTE) this.#send(Command.CLSE, 0, packet.arg0);
      return;
    }
    if (packet.command === Command.OKAY) {
      const resume = stream.waitingForOkay;
      stream.waitingForOkay = undefined;
      resume?.();
      return;
    }
    if (packet.command === Command.CLSE) {
      this.#streams.delete(packet.arg1);
      stream.waitingForOkay?.();
      stream.handler.closed?.();
      return;
    }
    const localId = packet.arg1;
    stream.queue = stream.queue
      .then(() => stream.handler.data?.(packet.payload))
      .then(() => {
        if (this.#streams.has(localId)) this.#send(Command.OKAY, localId, stream.remoteId);
      });
  }

  #handshake(packet: Packet): void {
    if (packet.arg0 < VERSION_WITH_CHECKSUM) throw new AdbProtocolError('version too old');
    this.#reader.verifyChecksum = packet.arg0 < VERSION_WITHOUT_CHECKSUM;
    this.#reader.maxPayload = MAX_PAYLOAD_BYTES;
    if (this.options.authorised()) this.#announce();
    else this.#challenge();
  }

  #announce(): void {
    this.#connected = true;
    this.#send(
      Command.CNXN,
      VERSION_WITHOUT_CHECKSUM,
      MAX_PAYLOAD_BYTES,
      Buffer.from(`device::${this.options.banner()}`),
    );
  }

  #challenge(): void {
    this.#send(Command.AUTH, AUTH_TOKEN, 0, Buffer.alloc(AUTH_TOKEN_BYTES, 7));
  }

  #open(packet: Packet): void {
    const remoteId = packet.arg0;
    const end = packet.payload.indexOf(0);
    const service = packet.payload.subarray(0, end < 0 ? undefined : end).toString('utf8');
    const localId = this.#nextLocalId++;
    const stream: OpenStream = { remoteId, handler: {}, waitingForOkay: undefined, queue: Promise.resolve() };
    this.#streams.set(localId, stream);
    const handler = this.options.open(service, {
      write: (data) => this.#write(localId, data),
      close: () => this.#close(localId),
    });
    if (!handler) {
      this.#streams.delete(localId);
      this.#send(Command.CLSE, 0, remoteId);
      return;
    }
    stream.handler = handler;
    this.#send(Command.OKAY, localId, remoteId);
  }

  async #write(localId: number, data: Buffer): Promise<boolean> {
    for (let at = 0; at < data.length; at += MAX_PAYLOAD_BYTES) {
      const stream = this.#streams.get(localId);
      if (!stream) return false;
      const piece = data.subarray(at, at + MAX_PAYLOAD_BYTES);
      await new Promise<void>((resolve) => {
        stream.waitingForOkay = resolve;
        this.#send(Command.WRTE, localId, stream.remoteId, piece);
      });
    }
    return this.#streams.has(localId);
  }

  #close(localId: number): void {
    const stream = this.#streams.get(localId);
    if (!stream) return;
    this.#streams.delete(localId);
    this.#send(Command.CLSE, localId, stream.remoteId);
  }

  #dropAll(): void {
    const open = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of open) {
      stream.waitingForOkay?.();
      stream.handler.closed?.();
    }
  }

  #send(command: CommandCode, arg0: number, arg1: number, payload: Buffer = EMPTY): void {
    if (this.socket.destroyed) return;
    const packet = encodePacket({ command, arg0, arg1, payload });
    if (this.#unsent) this.#unsent.push(packet);
    else this.socket.write(packet);
  }
}
