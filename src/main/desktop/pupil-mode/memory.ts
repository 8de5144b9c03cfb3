import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeAtomically } from '../../../store/atomic-file';
import type { DataFolder } from '../data-folder';

const FILE = 'pupil-mode.json';
const DOORS = 8;

const memorySchema = v.object({
  v: v.literal(1),
  /** PEM of the school's root, once an adult has compared its print. */
  root: v.optional(v.string()),
  code: v.optional(v.object({ salt: v.string(), hash: v.string() })),
  /** Where the teacher's computer was, latest first: `192.168.1.20:8443`. */
  doors: v.optional(v.pipe(v.array(v.string()), v.maxLength(DOORS)), []),
  /** The device's key: PKCS #8 PEM, and the id the door knows it under. */
  key: v.optional(v.object({ privateKey: v.string(), keyId: v.string() })),
});
export type Remembered = v.InferOutput<typeof memorySchema>;

/** All that this computer keeps between two starts. */
export interface Memory {
  readonly now: Remembered;
  /** Durable when it resolves. */
  set(change: Partial<Remembered>): Promise<void>;
  cameTo(address: string): Promise<void>;
}

export interface MemoryContext {
  readonly memory: Memory;
}

export function memory() {
  return async ({ dataFolder }: DataFolder): Promise<MemoryContext> => ({
    memory: await openMemory(dataFolder),
  });
}

/** A file that is not one of ours is as good as none: an adult meets the school again. */
export async function openMemory(folder: string): Promise<Memory> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE);
  let now = await read(path);
  let writing = Promise.resolve();
  const opened: Memory = {
    get now() {
      return now;
    },
    set(change) {
      now = { ...now, ...change };
      const text = JSON.stringify(now);
      writing = writing.catch(() => undefined).then(() => writeAtomically(path, text));
      return writing;
    },
    cameTo: (address) =>
      opened.set({ doors: [address, ...now.doors.filter((one) => one !== address)].slice(0, DOORS) }),
  };
  return opened;
}

async function read(path: string): Promise<Remembered> {
  try {
    return v.parse(memorySchema, JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return { v: 1, doors: [] };
  }
}
