import type { KeyObject } from 'node:crypto';
import { closeSync, fdatasync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { writeAtomically } from '../../store/atomic-file';
import { seal, SealBroken, unseal } from '../../store/seal';
import { TRACE_ACTIONS, type TraceEntry } from '../../domain/privacy/trace';

/**
 * Entries of this computer that stand on no sheet yet: a file of sealed records that is only appended to, and the place in the
 * chain behind which they follow.
 *
 *     u32 sealed length · sealed JSON; the first record is the place, the others are entries
 */
export interface ChainPlace {
  /** Entries before this place. */
  readonly n: number;
  /** Chain so far: SHA-256 in base64url, 43 characters. */
  readonly head: string;
  /** Instant of the entry before this place. */
  readonly at?: string | undefined;
}

const hash = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const placeSchema = v.strictObject({ n: count, head: hash, at: v.optional(v.string()) });
export const entrySchema = v.strictObject({
  n: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  at: v.pipe(v.string(), v.isoTimestamp()),
  by: v.pipe(v.string(), v.maxLength(40)),
  do: v.picklist(TRACE_ACTIONS),
  on: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(80)),
}) satisfies v.GenericSchema<unknown, TraceEntry>;

const BOUND = Buffer.from('preau/trace journal/1');
const RECORD_MAX_BYTES = 64 * 1024;
const sync = promisify(fdatasync);

export interface Journal {
  readonly place: ChainPlace;
  readonly entries: readonly TraceEntry[];
  /** Bytes in the file that were no end of a record cut short: something was damaged. */
  readonly damaged: boolean;
  /**
   * Survives the end of the process when it returns, and of the machine at the next `settle`. @throws what the system says
   * (a full disk); the file is as it was
   */
  append(entry: TraceEntry): void;
  /** Resolves when all that was appended is on the disk. */
  settle(): Promise<void>;
  /** The first entries stand on a sheet: they leave the file. */
  drop(place: ChainPlace): Promise<void>;
  close(): Promise<void>;
}

function record(key: KeyObject, value: unknown): Buffer {
  const sealed = seal(key, JSON.stringify(value), BOUND);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(sealed.length);
  return Buffer.concat([length, sealed]);
}

/** Opens the file, or begins it at that place. What a crash cut short at its end is let go of: nobody was told it is kept. */
export async function openJournal(path: string, key: KeyObject, start: ChainPlace): Promise<Journal> {
  mkdirSync(dirname(path), { recursive: true });
  const found = read(path, key);
  let place = found?.place ?? start;
  let entries: TraceEntry[] = found?.entries ?? [];
  if (!found?.place) await writeAtomically(path, record(key, place));
  let file = openSync(path, 'r+');
  let size = found?.place ? found.size : record(key, place).length;
  ftruncateSync(file, size);
  let dirty = false;
  let closed = false;

  function append(entry: TraceEntry): void {
    if (closed) return;
    const bytes = record(key, entry);
    let written = 0;
    try {
      while (written < bytes.length)
        written += writeSync(file, bytes, written, bytes.length - written, size + written);
    } catch (error) {
      ftruncateSync(file, size);
      throw error;
    }
    size += bytes.length;
    dirty = true;
    entries.push(entry);
  }
  async function settle(): Promise<void> {
    if (closed || !dirty) return;
    dirty = false;
    await sync(file);
  }

  return {
    get place() {
      return place;
    },
    get entries() {
      return entries;
    },
    damaged: found?.damaged ?? false,
    append,
    settle,
    async drop(next) {
      const staying = entries.filter(({ n }) => n > next.n);
      const bytes = Buffer.concat([record(key, next), ...staying.map((entry) => record(key, entry))]);
      await writeAtomically(path, bytes);
      // What was appended while the new file was being written stands in the old one alone.
      const late = entries.filter(({ n }) => n > (staying.at(-1)?.n ?? next.n));
      closeSync(file);
      file = openSync(path, 'r+');
      size = bytes.length;
      place = next;
      entries = staying;
      for (const entry of late) append(entry);
    },
    async close() {
      if (closed) return;
      await settle();
      closed = true;
      closeSync(file);
    },
  };
}

function read(
  path: string,
  key: KeyObject,
): { place?: ChainPlace; entries: TraceEntry[]; size: number; damaged: boolean } | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const entries: TraceEntry[] = [];
  let place: ChainPlace | undefined;
  let size = 0;
  for (;;) {
    if (size + 4 > bytes.length) return { ...(place ? { place } : {}), entries, size, damaged: false };
    const length = bytes.readUInt32BE(size);
    const cut = length <= RECORD_MAX_BYTES && size + 4 + length > bytes.length;
    const value = cut ? undefined : open(bytes.subarray(size + 4, size + 4 + length), key);
    const parsed = place ? v.safeParse(entrySchema, value) : v.safeParse(placeSchema, value);
    if (!parsed.success) return { ...(place ? { place } : {}), entries, size, damaged: !cut };
    if ('do' in parsed.output) entries.push(parsed.output);
    else place = parsed.output;
    size += 4 + length;
  }
}

function open(sealed: Buffer, key: KeyObject): unknown {
  try {
    return JSON.parse(unseal(key, sealed, BOUND).toString('utf8'));
  } catch (error) {
    if (error instanceof SealBroken || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
