/**
 * What this computer, or its watchman, may have switched off: written before the first port goes off and taken out once the port
 * was seen on again. It outlives both processes, the plan and the documents: nothing stays off because nobody remembers it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { id } from '../../../contract/define';
import { hubLinkSchema } from '../../../contract/staff/cart-hubs';
import { writeAtomically } from '../../../store/atomic-file';

const offPort = v.object({
  hub: id('hub'),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  /** Where the box was: its document may be gone. */
  link: hubLinkSchema,
  serial: v.optional(v.string()),
});
export type OffPort = v.InferOutput<typeof offPort>;

const schema = v.object({ v: v.literal(1), ports: v.array(offPort) });

export const keyOf = ({ hub, port }: Pick<OffPort, 'hub' | 'port'>): string => `${hub} ${String(port)}`;

export interface OffNote {
  all(): readonly OffPort[];
  /** Durable when it resolves. @throws PreauError `DISK_FULL`: nothing may be switched off then */
  add(ports: readonly OffPort[]): Promise<void>;
  /** @throws PreauError `DISK_FULL`: it stays noted */
  remove(port: OffPort): Promise<void>;
}

export const offNotePath = (folder: string): string => join(folder, 'ports-off.json');

/** A file that is not what this wrote says nothing. */
export function openOffNote(folder: string): OffNote {
  const path = offNotePath(folder);
  const ports = new Map<string, OffPort>();
  try {
    const { ports: kept } = v.parse(schema, JSON.parse(readFileSync(path, 'utf8')));
    for (const one of kept) ports.set(keyOf(one), one);
  } catch {
    // Nothing was off.
  }
  const save = (): Promise<void> =>
    writeAtomically(path, JSON.stringify({ v: 1, ports: [...ports.values()] }));
  return {
    all: () => [...ports.values()],
    async add(more) {
      const fresh = more.filter((one) => !ports.has(keyOf(one)));
      if (fresh.length === 0) return;
      for (const one of fresh) ports.set(keyOf(one), one);
      try {
        await save();
      } catch (error) {
        for (const one of fresh) ports.delete(keyOf(one));
        throw error;
      }
    },
    async remove(port) {
      if (!ports.delete(keyOf(port))) return;
      try {
        await save();
      } catch (error) {
        ports.set(keyOf(port), port);
        throw error;
      }
    },
  };
}
