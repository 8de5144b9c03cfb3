import { createHash } from 'node:crypto';
import type { ServiceHandler, ServiceStream } from './stream';

/** A file as the device keeps it: contents are needed by `pm install`, the hash by the tests. */
export interface DeviceFile {
  /** All of it, or its beginning where the device keeps no more. */
  bytes: Buffer;
  /** Where it is longer than what is kept. */
  size?: number;
  mode: number;
  mtime: number;
}

export interface SyncHooks {
  files: Map<string, DeviceFile>;
  /** Called for each piece of a file received; may wait (the host is then held back) or throw `SyncFailure`. */
  received(totalBytes: number): Promise<void>;
  /** Bytes kept of each file; 60 MB on fifteen tablets is not what a test is about. */
  keep: number;
  /** Called before each piece of a file given; may wait or throw. */
  given(totalBytes: number): Promise<void>;
  /** A folder's entries as a tablet that lies lists them. */
  lists: ReadonlyMap<string, readonly ListedEntry[]>;
}

export interface ListedEntry {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly mtime: number;
}

export class SyncFailure extends Error {}

/** AOSP file_sync_protocol.h: ids of four letters, a little-endian length, then that many bytes. */
const MAX_PATH_BYTES = 1024;
const MAX_DATA_BYTES = 64 * 1024;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;

interface Sending {
  path: string;
  mode: number;
  parts: Buffer[];
  bytes: number;
}

/** A regular file unless it says what else it is. */
const fullMode = (mode: number): number => ((mode & 0o170000) === 0 ? mode | S_IFREG : mode);

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The `sync:` service: STAT, STA2/LST2, LIST, SEND, RECV, QUIT. */
export function openSync(stream: ServiceStream, hooks: SyncHooks): ServiceHandler {
  let held: Buffer = Buffer.alloc(0);
  let sending: Sending | undefined;

  const reply = async (id: string, value: number, body: Buffer = Buffer.alloc(0)): Promise<void> => {
    const head = Buffer.alloc(8);
    head.write(id, 0, 'latin1');
    head.writeUInt32LE(value, 4);
    await stream.write(Buffer.concat([head, body]));
  };
  const fail = async (message: string): Promise<void> => {
    const body = Buffer.from(message);
    await reply('FAIL', body.length, body);
    stream.close();
  };

  async function request(id: string, body: Buffer): Promise<void> {
    const path = body.toString('utf8');
    if (id === 'STAT') return statV1(path);
    if (id === 'STA2' || id === 'LST2') return statV2(id, path);
    if (id === 'LIST') return list(path);
    if (id === 'RECV') return receive(path);
    if (id === 'SEND') {
      const comma = path.lastIndexOf(',');
      sending = { path: path.slice(0, comma), mode: Number(path.slice(comma + 1)), parts: [], bytes: 0 };
      return;
    }
    return fail(`unknown command ${id}`);
  }

  async function statV1(path: string): Promise<void> {
    const found = lookUp(path);
    const body = Buffer.alloc(8);
    body.writeUInt32LE(found.size, 0);
    body.writeUInt32LE(found.mtime, 4);
    await reply('STAT', found.mode, body);
  }

  async function statV2(id: string, path: string): Promise<void> {
    const found = lookUp(path);
    const body = Buffer.alloc(64);
    body.writeUInt32LE(found.mode, 16);
    body.writeUInt32LE(1, 20);
    body.writeBigUInt64LE(BigInt(found.size), 32);
    body.writeBigInt64LE(BigInt(found.mtime), 48);
    const ENOENT = 2;
    await reply(id, found.mode === 0 ? ENOENT : 0, body);
  }

  function lookUp(path: string): { mode: number; size: number; mtime: number } {
    const file = hooks.files.get(path);
    if (file) return { mode: fullMode(file.mode), size: file.size ?? file.bytes.length, mtime: file.mtime };
    const folder = path.replace(/\/$/, '');
    const isFolder = ['/data/local/tmp', '/sdcard', '/sdcard/Download'].includes(folder);
    return { mode: isFolder ? S_IFDIR | 0o771 : 0, size: 0, mtime: 0 };
  }

  /** DENT: mode, size, mtime, length of the name, the name; DONE with as many zeros. A folder that is not there is empty. */
  async function list(path: string): Promise<void> {
    for (const { name, mode, size, mtime } of hooks.lists.get(path) ?? entriesOf(path)) {
      const body = Buffer.from(name);
      const head = Buffer.alloc(20);
      head.write('DENT', 0, 'latin1');
      [mode, size, mtime, body.length].forEach((value, n) => head.writeUInt32LE(value >>> 0, 4 + n * 4));
      await stream.write(Buffer.concat([head, body]));
    }
    const end = Buffer.alloc(20);
    end.write('DONE', 0, 'latin1');
    await stream.write(end);
  }
  function entriesOf(path: string): ListedEntry[] {
    const found = new Map<string, ListedEntry>();
    for (const [each, file] of hooks.files) {
      if (!each.startsWith(`${path}/`)) continue;
      const [name = '', ...rest] = each.slice(path.length + 1).split('/');
      const folder = rest.length > 0;
      const size = folder ? 4096 : (file.size ?? file.bytes.length);
      found.set(name, {
        name,
        mode: folder ? S_IFDIR | 0o771 : fullMode(file.mode),
        size,
        mtime: file.mtime,
      });
    }
    const dots = ['.', '..'].map((name) => ({ name, mode: S_IFDIR | 0o771, size: 4096, mtime: 0 }));
    return found.size > 0 ? [...dots, ...found.values()] : [];
  }

  async function receive(path: string): Promise<void> {
    const file = hooks.files.get(path);
    if (!file) return fail('No such file or directory');
    for (let at = 0; at < file.bytes.length; at += MAX_DATA_BYTES) {
      const piece = file.bytes.subarray(at, at + MAX_DATA_BYTES);
      await hooks.given(at + piece.length);
      await reply('DATA', piece.length, piece);
    }
    await reply('DONE', 0);
  }

  async function finish(mtime: number): Promise<void> {
    if (!sending) return fail('DONE without SEND');
    const { path, mode, parts, bytes } = sending;
    hooks.files.set(path, { bytes: Buffer.concat(parts), size: bytes, mode: mode & 0o777, mtime });
    sending = undefined;
    await reply('OKAY', 0);
  }

  /** Handles one whole message from `held`; false when more bytes are needed. */
  async function step(): Promise<boolean> {
    if (held.length < 8) return false;
    const id = held.toString('latin1', 0, 4);
    const value = held.readUInt32LE(4);
    if (id === 'QUIT') {
      stream.close();
      return false;
    }
    if (id === 'DONE') {
      held = held.subarray(8);
      await finish(value);
      return true;
    }
    if (value > (id === 'DATA' ? MAX_DATA_BYTES : MAX_PATH_BYTES)) {
      await fail(id === 'DATA' ? 'oversize data message' : 'path too long');
      return false;
    }
    if (held.length < 8 + value) return false;
    const body = held.subarray(8, 8 + value);
    held = held.subarray(8 + value);
    if (id !== 'DATA') {
      await request(id, body);
      return true;
    }
    if (!sending) {
      await fail('DATA without SEND');
      return false;
    }
    if (sending.bytes < hooks.keep) sending.parts.push(Buffer.from(body));
    sending.bytes += body.length;
    await hooks.received(sending.bytes);
    return true;
  }

  return {
    async data(chunk) {
      held = Buffer.concat([held, chunk]);
      try {
        while (await step());
      } catch (error) {
        if (!(error instanceof SyncFailure)) throw error;
        await fail(error.message);
      }
    },
  };
}
