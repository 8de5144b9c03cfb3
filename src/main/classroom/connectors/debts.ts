import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { id } from '../../../contract/define';
import type { Id } from '../../../domain/id';
import { writeAtomically } from '../../../store/atomic-file';
import type { Outcome } from './port';
import type { RemoteConnector } from './remote';

/** What stays on a computer when nobody takes it off: Veyon keeps a lock and a demonstration whoever hangs up. */
const DEBTS = ['lock', 'demo'] as const;
export type Debt = (typeof DEBTS)[number];

/**
 * What this poste has set on computers and not yet taken off, on its disk before it is on theirs: after a kill, or where a computer did
 * not answer at the end of a lesson, it knows what it owes. Opaque ids, no name of anybody.
 */
export interface Debts {
  has(device: Id<'device'>, what?: Debt): boolean;
  devices(): Id<'device'>[];
  /** On disk when this is done. */
  owe(device: Id<'device'>, what: Debt): Promise<void>;
  paid(device: Id<'device'>, what: Debt): Promise<void>;
}

const schema = v.strictObject({
  version: v.literal(1),
  owed: v.array(v.strictObject({ device: id('device'), what: v.picklist(DEBTS) })),
});

export function openDebts(folder: string): Debts {
  const path = join(folder, 'stations.json');
  const owed = new Map(read(path).map((one) => [`${one.device} ${one.what}`, one]));
  let writing: Promise<unknown> = Promise.resolve();
  function write(): Promise<void> {
    const text = `${JSON.stringify({ version: 1, owed: [...owed.values()] })}\n`;
    const written = writing.then(() => writeAtomically(path, text));
    writing = written.catch(() => undefined);
    return written;
  }
  return {
    has: (device, what) =>
      what ? owed.has(`${device} ${what}`) : [...owed.values()].some((one) => one.device === device),
    devices: () => [...new Set([...owed.values()].map(({ device }) => device))],
    owe(device, what) {
      const key = `${device} ${what}`;
      if (owed.has(key)) return Promise.resolve();
      owed.set(key, { device, what });
      return write();
    },
    paid: (device, what) => (owed.delete(`${device} ${what}`) ? write() : Promise.resolve()),
  };
}

/** A file that cannot be read owes nothing that could still be named. */
function read(path: string): v.InferOutput<typeof schema>['owed'] {
  try {
    return v.parse(schema, JSON.parse(readFileSync(path, 'utf8'))).owed;
  } catch {
    return [];
  }
}

/** The same connector, which writes down what it sets before it does, and crosses out what came off. */
export function keepingDebts(connector: RemoteConnector, debts: Debts): RemoteConnector {
  async function owing(of: readonly Id<'device'>[], what: Debt): Promise<Outcome | undefined> {
    try {
      for (const device of of) await debts.owe(device, what);
      return undefined;
    } catch {
      // What could not be written down is not set: nobody would know to take it off.
      return { state: 'impossible', why: 'broken' };
    }
  }
  return {
    ...connector,
    async perform(device, command) {
      if (command.do === 'lock' && command.on) {
        const refused = await owing([device], 'lock');
        return refused ?? connector.perform(device, command);
      }
      if (command.do === 'demo' && command.from !== undefined) {
        const refused = await owing([device, command.from], 'demo');
        return refused ?? connector.perform(device, command);
      }
      const outcome = await connector.perform(device, command);
      if (outcome.state === 'done' && (command.do === 'lock' || command.do === 'demo'))
        await debts.paid(device, command.do).catch(() => undefined);
      return outcome;
    },
  };
}
