import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { SCREEN_CODECS, SCREEN_HEAD } from '../../../src/contract/pupil/frames';
import {
  COMMAND_DEADLINE,
  CONNECT_DEADLINE,
  type Ability,
  type Cause,
  type Command,
  type Connector,
  type Outcome,
} from '../../../src/main/classroom/connectors/port';
import type { Id } from '../../../src/domain/id';

/** One device behind a connector, and what may happen to it. */
export interface ContractDevice {
  readonly id: Id<'device'>;
  /** Switched off: nothing answers for it any more. */
  die(): Promise<void> | void;
  /** There again, at the same place. */
  revive(): Promise<void> | void;
  /** Stands still: its line stays, it says nothing. */
  freeze(): Promise<void> | void;
  thaw(): Promise<void> | void;
}

/** A connector with two devices of its kind. */
export interface ContractBench {
  readonly connector: Connector;
  readonly device: ContractDevice;
  readonly other: ContractDevice;
  /** Everything it told by itself. */
  readonly told: Told;
  stop(): Promise<void>;
}

export class Told {
  readonly pictures: { readonly device: Id<'device'>; readonly chunk: Buffer }[] = [];
  readonly here: Id<'device'>[] = [];
  readonly gone: { readonly device: Id<'device'>; readonly cause: Cause }[] = [];
  readonly events = {
    picture: (device: Id<'device'>, chunk: Buffer) => void this.pictures.push({ device, chunk }),
    here: (device: Id<'device'>) => void this.here.push(device),
    gone: (device: Id<'device'>, cause: Cause) => void this.gone.push({ device, cause }),
  };
}

/** What a connector says of each ability on a device that is well. */
export type Expected = Readonly<Record<Ability, readonly Outcome['state'][]>>;

/** Of a secure address: a browser shows no other within ours. Nobody answers there, which no device can tell (WebPage.vue). */
const PAGE = 'https://127.0.0.1:9/lecon.html?é=1';
const COMMANDS = (program: string): Readonly<Partial<Record<Ability, Command>>> => ({
  lock: { do: 'lock', on: true },
  message: { do: 'message', text: 'Rangez les tablettes, « s’il vous plaît »' },
  'open-page': { do: 'open-page', url: PAGE },
  'start-app': { do: 'start-app', program },
  'stop-app': { do: 'stop-app', program },
  proxy: { do: 'proxy', proxy: '127.0.0.1:3128' },
  clean: { do: 'clean', since: '2026-01-01T00:00:00.000Z' },
  demo: { do: 'demo' },
  power: { do: 'power', how: 'reboot' },
  wake: { do: 'wake' },
  help: { do: 'help', input: { x: 500, y: 500, buttons: 0 } },
});
/** A command and what it may take at most, with the machine's own slowness. */
const PATIENCE = CONNECT_DEADLINE + COMMAND_DEADLINE + 2_000;

/** A device that is slow, ms: far from silence (3 s), far from at once. */
const LATE = 700;

/** Every connector passes this: an outcome for each ability, and for a device that is dead, hangs, or comes back. */
export function connectorContract(
  make: () => Promise<ContractBench>,
  expected: Expected,
  /** A program that the device has. */
  { program = '/bin/true' }: { readonly program?: string } = {},
): void {
  async function bench(): Promise<ContractBench> {
    const made = await make();
    onTestFinished(() => made.stop());
    return made;
  }
  async function timed(work: Promise<Outcome>): Promise<{ readonly outcome: Outcome; readonly ms: number }> {
    const began = performance.now();
    const outcome = await work;
    return { outcome, ms: performance.now() - began };
  }

  it('has an outcome for every ability, and does what it declares', async () => {
    const { connector, device } = await bench();
    for (const [ability, command] of Object.entries(COMMANDS(program)) as [Ability, Command][]) {
      const { outcome, ms } = await timed(connector.perform(device.id, command));
      expect(expected[ability], `${ability}: ${JSON.stringify(outcome)}`).toContain(outcome.state);
      expect(ms, ability).toBeLessThan(PATIENCE);
      const declared = connector.abilities(device.id).has(ability);
      if (!declared) expect(outcome.state, ability).toBe('impossible');
    }
    expect((await connector.perform(device.id, { do: 'lock', on: false })).state).toBe(
      expected.lock.includes('impossible') ? 'impossible' : 'done',
    );
  });

  it('sends pictures while somebody looks, and none afterwards', async () => {
    const { connector, device, told } = await bench();
    if (!connector.abilities(device.id).has('screen')) {
      expect(expected.screen).toContain('impossible');
      return;
    }
    connector.watch(device.id, { width: 320, perSecond: 4, kbit: 400 });
    await expect.poll(() => told.pictures.length, { timeout: 15_000 }).toBeGreaterThan(0);
    const [first] = told.pictures;
    expect(first?.device).toBe(device.id);
    expect(first?.chunk.readUInt8(0)).toBe(0);
    expect((first?.chunk.readUInt8(1) ?? 0) & 1).toBe(1);
    expect(SCREEN_CODECS[first?.chunk.readUInt8(2) ?? 99]).toBeDefined();
    expect(first?.chunk.length).toBeGreaterThan(SCREEN_HEAD);
    // The recording of the simulated device is 456 wide, whatever was asked.
    expect(first?.chunk.readUInt16LE(4)).toBeLessThanOrEqual(456);
    connector.watch(device.id, { width: 0, perSecond: 0, kbit: 0 });
    // What was on its way has come once the device has answered something else.
    await connector.perform(device.id, commandOf(expected));
    await connector.perform(device.id, commandOf(expected));
    const after = told.pictures.length;
    await connector.perform(device.id, commandOf(expected));
    expect(told.pictures.length).toBe(after);
  });

  it('says that a dead device does not answer, since when and why, and finds it again', async () => {
    const { connector, device, other } = await bench();
    const command = commandOf(expected);
    expect((await connector.perform(device.id, command)).state).not.toBe('no-answer');
    await device.die();
    const { outcome, ms } = await timed(connector.perform(device.id, command));
    expect(outcome).toMatchObject({ state: 'no-answer' });
    expect(outcome).toHaveProperty('since');
    expect(outcome).toHaveProperty('cause');
    expect(ms).toBeLessThan(PATIENCE);
    expect((await connector.perform(other.id, command)).state).not.toBe('no-answer');
    await device.revive();
    await expect
      .poll(async () => (await connector.perform(device.id, command)).state, { timeout: 30_000 })
      .not.toBe('no-answer');
  });

  it('does not hang with a device that does, nor make the others wait', async () => {
    const { connector, device, other } = await bench();
    const command = commandOf(expected);
    await connector.perform(device.id, command);
    await connector.perform(other.id, command);
    await device.freeze();
    const [stuck, well] = await Promise.all([
      timed(connector.perform(device.id, command)),
      timed(connector.perform(other.id, command)),
    ]);
    expect(stuck.outcome).toMatchObject({ state: 'no-answer' });
    expect(stuck.ms).toBeLessThan(PATIENCE);
    expect(well.outcome.state).not.toBe('no-answer');
    expect(well.ms).toBeLessThan(COMMAND_DEADLINE);
    await device.thaw();
    await expect
      .poll(async () => (await connector.perform(device.id, command)).state, { timeout: 30_000 })
      .not.toBe('no-answer');
  });

  it('waits for a device that answers late, while the others go on', async () => {
    const { connector, device, other } = await bench();
    const command = commandOf(expected);
    const usual = (await connector.perform(device.id, command)).state;
    await connector.perform(other.id, command);
    await device.freeze();
    let answered = false;
    const late = connector.perform(device.id, command).finally(() => {
      answered = true;
    });
    const [well] = await Promise.all([connector.perform(other.id, command), pause(LATE)]);
    expect(well.state).toBe(usual);
    expect(answered).toBe(false);
    await device.thaw();
    expect((await late).state).toBe(usual);
  });

  it('leaves nothing running once it is closed, and says so to who still asks', async () => {
    const before = open();
    const made = await bench();
    await made.connector.perform(made.device.id, commandOf(expected));
    made.connector.watch(made.device.id, { width: 320, perSecond: 4, kbit: 400 });
    await made.stop();
    await expect.poll(open, { timeout: 15_000 }).toBeLessThanOrEqual(before);
    const late = await made.connector.perform(made.device.id, commandOf(expected));
    expect(late.state).toBe('no-answer');
  });
}

/** A command that is answered by the device, not by the connector alone. */
function commandOf(expected: Expected): Command {
  if (!expected.message.includes('impossible')) return { do: 'message', text: 'Bonjour' };
  if (!expected['open-page'].includes('impossible')) return { do: 'open-page', url: PAGE };
  return { do: 'help', input: { x: 500, y: 500, buttons: 0 } };
}

/** Lines and threads of this process. */
const open = (): number =>
  process.getActiveResourcesInfo().filter((one) => one === 'TCPSocketWrap' || one === 'MessagePort').length;
