/**
 * The side of the hardware tests that runs here: starts the virtual machine, answers what the guests ask, writes one line
 * a test and the counts (`build/hardware/run.mjs` reads them).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SimulatedHub } from '../../src/demo/hub/hub';
import { HubTerminal } from '../../src/demo/hub/terminal';
import { systemTimers } from '../../src/main/cart/timers';
import { startMachine, type Machine } from './machine';
import { GUEST_LIMIT_S, LINE, type FromHost, type ToHost } from './protocol';

interface Plan {
  readonly kernel: string;
  readonly modules: string;
  readonly version: string;
  readonly node: string;
  readonly bundles: string;
  readonly guests: readonly string[];
  readonly report: string;
}

/** Everything, whatever hangs. */
const RUN_LIMIT_MS = 300_000;
/** From the first instruction to the first program: 4 s on an idle machine. */
const BOOT_LIMIT_MS = 120_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Programs one after the other; what one leaves behind ends with its session. */
const script = ({ node, bundles, guests }: Plan): string => `
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 NO_COLOR=1
stty -F ${LINE} raw -echo 115200
exec 3>${LINE}
modprobe -a xhci_pci usbhid hid_generic ftdi_sio
/lib/systemd/systemd-udevd --daemon
export SYSTEMD_IGNORE_CHROOT=1
udevadm trigger --subsystem-match=usb --subsystem-match=tty --subsystem-match=usb-serial
udevadm settle --timeout=20
echo '{"up":true}' >&3
for guest in ${guests.join(' ')}; do
  echo "{\\"begin\\":\\"$guest\\"}" >&3
  timeout -k 5 ${String(GUEST_LIMIT_S)} '${node}' "${bundles}/$guest.mjs"
  echo "{\\"end\\":\\"$guest\\",\\"status\\":$?}" >&3
done
`;

function simulatedHub(machine: Machine) {
  const hub = new SimulatedHub({ timers: systemTimers, seed: 5, serial: 'GUEST001' }).fill([7]);
  const socket = connect(machine.cable);
  socket.on('error', () => undefined);
  const terminal = new HubTerminal(hub, systemTimers, (bytes) => {
    if (socket.writable) socket.write(bytes);
  });
  socket.on('data', (bytes) => terminal.receive(bytes));
  const obey = (words: string): string => {
    const [verb, number] = words.split(' ');
    if (verb === 'heard') return hub.heard.join('\n');
    const port = hub.port(Number(number));
    if (verb === 'plug') port.plug({ capacityWh: 19, fullCurrentMa: 2_000, level: 0.3 });
    else if (verb === 'unplug') port.unplug();
    else throw new Error(`the simulated hub does not know « ${words} »`);
    return '';
  };
  return { obey, close: () => (terminal.close(), socket.destroy()) };
}

async function main(plan: Plan): Promise<void> {
  const begun = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'preau-hardware-'));
  const counts = { passed: 0, failed: 0, wrong: [] as string[] };
  const fail = (line: string): void => {
    counts.failed += 1;
    counts.wrong.push(line);
    say(`  ✗ ${line}`);
  };
  let machine: Machine | undefined;
  try {
    machine = await startMachine({ ...plan, folder, script: script(plan) });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void machine?.close());
    await converse(machine, plan, counts, fail);
    say(`hardware: ${((Date.now() - begun) / 1000).toFixed(1)} s with the machine's start`);
    if (counts.failed > 0) say(machine.console().slice(-6_000));
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  } finally {
    await machine?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    writeFileSync(plan.report, JSON.stringify(counts));
  }
}

/** Until the machine is off: what it says, and what it is answered. */
async function converse(
  machine: Machine,
  plan: Plan,
  counts: { passed: number },
  fail: (line: string) => void,
): Promise<void> {
  const hub = simulatedHub(machine);
  const left = new Set(plan.guests);
  let guest = '';
  // Each guest has its own limit inside; this one is for a machine that no longer runs anything.
  const limit = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      fail(`${guest || 'the machine'}: not over after ${String(ms / 1000)} s`);
      void machine.close();
    }, ms);
  let timer = limit(BOOT_LIMIT_MS);
  const whole = limit(RUN_LIMIT_MS);
  const answer = async ({ ask, to, words }: Extract<ToHost, { ask: number }>): Promise<void> => {
    const reply = await Promise.resolve(to === 'hub' ? hub.obey(words) : machine.monitor(words)).then(
      (said): FromHost => ({ answer: ask, said }),
      (error: unknown): FromHost => ({ answer: ask, failed: String(error) }),
    );
    machine.line.write(`${JSON.stringify(reply)}\n`);
  };
  const hear = (line: ToHost): void => {
    clearTimeout(timer);
    timer = limit((GUEST_LIMIT_S + 30) * 1000);
    if ('begin' in line) guest = line.begin;
    else if ('ask' in line) void answer(line);
    else if ('end' in line) {
      left.delete(line.end);
      if (line.status !== 0) fail(`${line.end}: the program ended with ${String(line.status)}`);
    } else if ('test' in line) {
      const title = `${guest} > ${line.test}`;
      if (line.why !== undefined) fail(`${title}\n${line.why}`);
      else {
        counts.passed += 1;
        say(`  ✓ ${title} ${(line.ms / 1000).toFixed(1)} s`);
      }
    }
  };
  createInterface({ input: machine.line }).on('line', (text) => {
    try {
      hear(JSON.parse(text) as ToHost);
    } catch {
      fail(`not understood: ${text.slice(0, 200)}`);
    }
  });
  await machine.ended;
  clearTimeout(timer);
  clearTimeout(whole);
  hub.close();
  for (const name of left) fail(`${name}: did not run to its end`);
}

const asked = process.env['PREAU_HARDWARE'];
if (!asked) throw new Error('started by npm run test:hardware');
await main(JSON.parse(asked) as Plan);
