import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Id } from '../../domain/id';
import type { Timers } from '../../main/cart/timers';
import { writeAtomically } from '../../store/atomic-file';
import type { Ask } from '../seed';
import { connectPupil } from './client';
import { INVENTED_APPS, simulateComputer } from './computer';
import { makePupilKey } from './keys';
import { simulatePupil, type SimulatedDevice } from './pupil';

/** Up to twelve touch tablets of the cart, the others computers with the real share dialog (reference fleet, in small). */
const PUPILS = 15;
const TABLETS = 12;
/** Laptops that run Préau instead of a browser (docs/pupil-mode.md). */
const PUPIL_MODE: readonly string[] = ['Ordinateur 1', 'Ordinateur 2'];
const NO_CAPABILITIES = { capture: false, battery: false, touch: true, camera: false, keys: true };

export interface SimulatedClass {
  readonly devices: number;
  close(): Promise<void>;
}
export interface SimulatedClassOptions {
  readonly ask: Ask;
  /** The door's secure origin and the school's root, as the product tells them. */
  readonly origin: string;
  readonly root: string;
  /** Where the invented devices keep their keys, as a browser would. */
  readonly folder: string;
  readonly timers: Timers;
  readonly seed: number;
  /** Tablets left in the cart, by label. */
  readonly absent?: readonly string[];
  /** What the battery of a device says, 0 to 100, by label: the same that the cart's hub feeds. */
  readonly battery?: (label: string) => number | undefined;
}

const keysSchema = v.record(v.string(), v.string());

/**
 * Fifteen invented children on devices enrolled as real ones are: an adult's one-time code, a key of their own, the true
 * door over TLS with the school's root trusted. They come, work, raise hands, leave and come back.
 */
export async function openSimulatedClass(options: SimulatedClassOptions): Promise<SimulatedClass> {
  const { ask, origin, root, timers, seed } = options;
  const { devices } = await ask('devices.list', {});
  const wanted: { label: string; kind: 'tablet' | 'computer'; device?: Id<'device'> }[] = devices
    .filter(({ kind, label }) => kind === 'tablet' && !(options.absent ?? []).includes(label))
    .slice(0, TABLETS)
    .map(({ id, label, kind }) => ({ label, kind, device: id }));
  for (let n = 1; wanted.length < PUPILS; n += 1) {
    const label = `Ordinateur ${n}`;
    const known = devices.find((device) => device.label === label);
    wanted.push({ label, kind: 'computer', ...(known && { device: known.id }) });
  }
  const file = join(options.folder, 'simulated-devices.json');
  const keys = existsSync(file) ? v.parse(keysSchema, JSON.parse(readFileSync(file, 'utf8'))) : {};
  const simulated: SimulatedDevice[] = [];
  for (const [index, { label, kind, device }] of wanted.entries()) {
    const key = makePupilKey(keys[label]);
    keys[label] = key.pem;
    // The demonstration's door has another port at each start, hence another origin: recognised again each time.
    const { code } = await ask('devices.startEnrolment', device ? { device } : { label, kind });
    const client = await connectPupil({ origin, root, capabilities: NO_CAPABILITIES, clock: timers.now });
    await client.hello();
    const { keyId } = await client.request('door.enrol', { code, publicKey: key.publicKey });
    await client.close();
    simulated.push({
      index,
      kind,
      key,
      keyId,
      battery: () => options.battery?.(label),
      ...(PUPIL_MODE.includes(label) && { computer: simulateComputer(INVENTED_APPS) }),
    });
  }
  await writeAtomically(file, JSON.stringify(keys));
  const pupils = simulated.map((device) => simulatePupil(device, { origin, root, timers, seed }));
  return {
    devices: pupils.length,
    async close() {
      await Promise.all(pupils.map((pupil) => pupil.close()));
    },
  };
}
