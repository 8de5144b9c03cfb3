import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { writeAtomically } from '../../store/atomic-file';
import { SERIAL } from './facts';
import { PACKAGE_NAME } from '../../domain/device/apps';

/**
 * What this computer has set on tablets and not yet taken off, on its disk before it is on theirs: a poste that is killed in the
 * middle of a lesson knows at its next start what it owes. Serial numbers and settings; no name of anybody.
 */
export interface Held {
  readonly proxy?: { readonly set: string; readonly before: string } | undefined;
  readonly asleep: readonly string[];
  readonly brightness?: { readonly before: string; readonly mode: string } | undefined;
}
export const NOTHING_HELD: Held = { asleep: [] };

const address = v.pipe(v.string(), v.regex(/^[A-Za-z0-9.-]{0,120}:\d{1,5}$/));
const number = v.pipe(v.string(), v.regex(/^\d{1,4}$/));
export const heldSchema = v.strictObject({
  proxy: v.optional(v.strictObject({ set: address, before: v.union([address, v.literal('')]) })),
  asleep: v.pipe(v.array(v.pipe(v.string(), v.regex(PACKAGE_NAME))), v.maxLength(500)),
  brightness: v.optional(v.strictObject({ before: number, mode: number })),
});
const fileSchema = v.strictObject({
  version: v.literal(1),
  tablets: v.record(v.pipe(v.string(), v.regex(SERIAL)), heldSchema),
});

export interface Ledger {
  get(serial: string): Held;
  /** On disk when this is done. Nothing held is nothing written. */
  set(serial: string, held: Held): Promise<void>;
  serials(): string[];
}

export const holdsNothing = ({ proxy, asleep, brightness }: Held): boolean =>
  !proxy && asleep.length === 0 && !brightness;

/** A file that cannot be read owes nothing that this computer could still name; what each tablet carries itself is enough then. */
export async function openLedger(path: string): Promise<Ledger> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const held = new Map<string, Held>(Object.entries(parse(text)));
  let writing: Promise<unknown> = Promise.resolve();
  async function write(): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, `${JSON.stringify({ version: 1, tablets: Object.fromEntries(held) })}\n`);
  }
  return {
    get: (serial) => held.get(serial) ?? NOTHING_HELD,
    set(serial, next) {
      if (holdsNothing(next)) held.delete(serial);
      else held.set(serial, next);
      const written = writing.then(write);
      writing = written.catch(() => undefined);
      return written;
    },
    serials: () => [...held.keys()],
  };
}

function parse(text: string): Readonly<Record<string, Held>> {
  try {
    return v.parse(fileSchema, JSON.parse(text)).tablets;
  } catch {
    return {};
  }
}
