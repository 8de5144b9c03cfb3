/**
 * The packets an Android device exchanges with an adb host, from the device's side.
 *
 * Source: AOSP packages/modules/adb, protocol.txt and adb.h (24-byte little-endian header: command, arg0, arg1,
 * length, check, magic = command XOR 0xffffffff).
 */

export const HEADER_BYTES = 24;
/** Before version 0x01000001 every packet carries the sum of its bytes; from it on the field is not looked at. */
export const VERSION_WITH_CHECKSUM = 0x01000000;
export const VERSION_WITHOUT_CHECKSUM = 0x01000001;
/** Android 9's payload limit (MAX_PAYLOAD, 1 MiB). */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;
/** An OPEN destination and a banner are short; a longer one is not adb. */
export const MAX_BEFORE_HANDSHAKE_BYTES = 4096;

export const Command = {
  CNXN: 0x4e584e43,
  AUTH: 0x48545541,
  OPEN: 0x4e45504f,
  OKAY: 0x59414b4f,
  WRTE: 0x45545257,
  CLSE: 0x45534c43,
} as const;
export type CommandCode = (typeof Command)[keyof typeof Command];
const KNOWN: ReadonlySet<number> = new Set(Object.values(Command));

export interface Packet {
  command: CommandCode;
  arg0: number;
  arg1: number;
  payload: Buffer;
}

export class AdbProtocolError extends Error {}

/** Sum of all bytes, modulo 2^32: what adb.h calls `data_check`. */
export function checksum(payload: Uint8Array): number {
  let sum = 0;
  for (const byte of payload) sum += byte;
  return sum >>> 0;
}

export function encodePacket(packet: Packet): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + packet.payload.length);
  out.writeUInt32LE(packet.command, 0);
  out.writeUInt32LE(packet.arg0 >>> 0, 4);
  out.writeUInt32LE(packet.arg1 >>> 0, 8);
  out.writeUInt32LE(packet.payload.length, 12);
  out.writeUInt32LE(checksum(packet.payload), 16);
  out.writeUInt32LE((packet.command ^ 0xffffffff) >>> 0, 20);
  packet.payload.copy(out, HEADER_BYTES);
  return out;
}

function isKnown(command: number): command is CommandCode {
  return KNOWN.has(command);
}

/** Cuts a byte stream into packets; refuses a wrong magic, an unknown command, a bad sum, an oversized payload. */
export class PacketReader {
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Set by the connection once both sides have announced their version. */
  verifyChecksum = true;
  maxPayload = MAX_BEFORE_HANDSHAKE_BYTES;

  *push(chunk: Buffer): Generator<Packet> {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    for (;;) {
      if (this.#heldBytes < HEADER_BYTES) return;
      const header = this.#peek(HEADER_BYTES);
      const command = header.readUInt32LE(0);
      const length = header.readUInt32LE(12);
      if (!isKnown(command)) throw new AdbProtocolError(`unknown command 0x${command.toString(16)}`);
      if (header.readUInt32LE(20) !== (command ^ 0xffffffff) >>> 0) throw new AdbProtocolError('bad magic');
      if (length > this.maxPayload) throw new AdbProtocolError(`payload of ${length} bytes`);
      if (this.#heldBytes < HEADER_BYTES + length) return;
      const whole = this.#take(HEADER_BYTES + length);
      const payload = whole.subarray(HEADER_BYTES);
      if (this.verifyChecksum && command !== Command.CNXN && checksum(payload) !== whole.readUInt32LE(16)) {
        throw new AdbProtocolError('bad checksum');
      }
      yield { command, arg0: whole.readUInt32LE(4), arg1: whole.readUInt32LE(8), payload };
    }
  }

  #peek(bytes: number): Buffer {
    const first = this.#held[0];
    if (first && first.length >= bytes) return first;
    const joined = Buffer.concat(this.#held);
    this.#held = [joined];
    return joined;
  }

  #take(bytes: number): Buffer {
    const joined = this.#held.length === 1 ? (this.#held[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#held);
    const rest = joined.subarray(bytes);
    this.#held = rest.length > 0 ? [rest] : [];
    this.#heldBytes = rest.length;
    return joined.subarray(0, bytes);
  }
}
