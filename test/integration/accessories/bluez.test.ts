import { createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PairingAsk } from '../../../src/main/accessories/bluetooth';
import { Bluez } from '../../../src/main/accessories/bluez/bluez';
import { openSystemBus, systemBusPath } from '../../../src/main/accessories/bluez/system-bus';
import { needs } from '../../needs';
import { BluezPeer, type PeerThing } from '../../peers/bluez';
import { busMissing, mockMissing, openPrivateBus, type PrivateBus } from '../../peers/bluez/bus';

const HEADSET = 'AA:BB:CC:DD:EE:07';
const headset = (more: Partial<PeerThing> = {}): PeerThing => ({
  address: HEADSET,
  name: 'Casque 07',
  manner: { kind: 'just works' },
  ...more,
});

/** A machine that does nine other things answers late. */
const until = (check: () => unknown) => vi.waitUntil(check, { timeout: 30_000, interval: 20 });

let bus: PrivateBus;
let peer: BluezPeer | undefined;
let asked: PairingAsk[] = [];
/** What the person does at each question. */
let person: (question: PairingAsk, bluez: Bluez) => void = () => undefined;

beforeEach(async () => {
  asked = [];
  person = () => undefined;
  if (busMissing === '') bus = await openPrivateBus();
});
afterEach(async () => {
  await peer?.close();
  peer = undefined;
  if (busMissing === '') await bus.close();
});

function open(changed: () => void = () => undefined) {
  const bluez = new Bluez({ changed, digits: () => '482913', open: () => openSystemBus(bus.path) });
  onTestFinished(() => bluez.close());
  const pair = (address = HEADSET) =>
    bluez.pair(address, (question) => {
      asked.push(question);
      person(question, bluez);
    });
  return { bluez, pair };
}

describe(
  'Bluetooth through the system bus, against a peer of BlueZ',
  needs(busMissing === '', busMissing),
  () => {
    it('says that there is no service, no adapter, or that it is off, and switches it on', async () => {
      const { bluez, pair } = open();
      await bluez.look();
      expect(bluez.state()).toBe('noService');
      peer = await BluezPeer.open(bus.path, { adapter: false });
      await bluez.look();
      expect(bluez.state()).toBe('noAdapter');
      expect(await pair()).toEqual({ outcome: 'refused', why: 'noAdapter' });
      await peer.close();
      await until(() => bluez.state() === 'noService');

      peer = await BluezPeer.open(bus.path, { powered: false });
      await bluez.look();
      expect(bluez.state()).toBe('off');
      expect(await pair()).toEqual({ outcome: 'refused', why: 'adapterOff' });
      await bluez.power(true);
      await until(() => bluez.state() === 'ready');
      await bluez.look();
      expect(peer.heard).toContain('StartDiscovery');
    });

    it('sees what shows itself, and tells each change', async () => {
      peer = await BluezPeer.open(bus.path);
      let news = 0;
      const { bluez } = open(() => (news += 1));
      await bluez.look();
      expect(bluez.things()).toEqual([]);
      await peer.show(headset());
      await until(() => bluez.things().length === 1);
      expect(bluez.things()[0]).toMatchObject({
        address: HEADSET,
        name: 'Casque 07',
        icon: 'audio-headset',
        paired: false,
      });
      expect(news).toBeGreaterThan(0);
    });

    it('pairs, trusts, connects, and reads the battery', async () => {
      peer = await BluezPeer.open(bus.path);
      await peer.show(headset({ percent: 64 }));
      const { bluez, pair } = open();
      await bluez.look();
      expect(await pair()).toEqual({ outcome: 'paired', connected: true, percent: 64 });
      expect(bluez.things()[0]).toMatchObject({ paired: true, connected: true, percent: 64 });
      peer.battery(HEADSET, 18);
      await until(() => bluez.things()[0]?.percent === 18);
      // The desktop's own agent goes on serving the desktop.
      expect(peer.heard).toContain('RegisterAgent DisplayYesNo');
      expect(peer.heard).not.toContain('RequestDefaultAgent');
      // A second pairing of the same thing has nothing left to do but connect.
      expect((await pair()).outcome).toBe('paired');
      await bluez.forget(HEADSET);
      await until(() => bluez.things().length === 0);
      await bluez.forget(HEADSET);
    });

    it('asks whether two codes are the same, and pairs only when somebody says so', async () => {
      peer = await BluezPeer.open(bus.path);
      await peer.show(headset({ manner: { kind: 'compare', code: 4_291 } }));
      const { bluez, pair } = open();
      await bluez.look();
      person = (question) => question.kind === 'compare' && bluez.answer(false);
      expect(await pair()).toEqual({ outcome: 'refused', why: 'refused' });
      expect(asked).toEqual([{ kind: 'compare', code: '004291' }, { kind: 'nothing' }]);
      person = (question) => question.kind === 'compare' && bluez.answer(true);
      expect((await pair()).outcome).toBe('paired');
    });

    it('shows the code that a keyboard must type, and how much of it came', async () => {
      peer = await BluezPeer.open(bus.path);
      await peer.show(headset({ icon: 'input-keyboard', manner: { kind: 'type', code: 123_456 } }));
      const { bluez, pair } = open();
      await bluez.look();
      expect((await pair()).outcome).toBe('paired');
      expect(asked.map((each) => (each.kind === 'type' ? [each.code, each.typed] : each.kind))).toEqual([
        ['123456', 0],
        ['123456', 3],
        ['123456', 6],
      ]);
    });

    it('gives an old keyboard a code of ours, and an old headset the one they all have', async () => {
      peer = await BluezPeer.open(bus.path);
      await peer.show(headset({ icon: 'input-keyboard', manner: { kind: 'legacy' } }));
      await peer.show(headset({ address: 'AA:BB:CC:DD:EE:08', manner: { kind: 'legacy' } }));
      const { bluez, pair } = open();
      await bluez.look();
      await pair();
      await pair('AA:BB:CC:DD:EE:08');
      expect(peer.pins).toEqual(['482913', '0000']);
      expect(asked).toContainEqual({ kind: 'type', code: '482913' });
    });

    it.each([
      ['org.bluez.Error.AuthenticationFailed', 'Authentication Failed', 'wrongCode'],
      ['org.bluez.Error.AuthenticationTimeout', 'Authentication Timeout', 'timeout'],
      ['org.bluez.Error.ConnectionAttemptFailed', 'Page Timeout', 'notThere'],
      ['org.bluez.Error.Failed', 'Host is down', 'notThere'],
      ['org.bluez.Error.InProgress', 'In Progress', 'busy'],
      ['org.bluez.Error.Failed', 'Something never seen', 'unknown'],
    ])('names %s (%s) with its gesture', async (error, words, why) => {
      peer = await BluezPeer.open(bus.path);
      await peer.show(headset({ manner: { kind: 'fails', error, words } }));
      const { bluez, pair } = open();
      await bluez.look();
      expect(await pair()).toEqual({ outcome: 'refused', why });
    });

    it('pairs one at a time, can be cancelled, and is not there for one that left', async () => {
      peer = await BluezPeer.open(bus.path);
      await peer.show(headset({ manner: { kind: 'silent' } }));
      const { bluez, pair } = open();
      await bluez.look();
      const first = pair();
      await until(() => peer?.heard.includes('Pair'));
      expect(await pair()).toEqual({ outcome: 'refused', why: 'busy' });
      await bluez.cancel();
      expect(await first).toEqual({ outcome: 'refused', why: 'cancelled' });
      expect(await pair('11:22:33:44:55:66')).toEqual({ outcome: 'refused', why: 'notThere' });
    });

    it('answers nobody about another thing than the one that is paired', async () => {
      peer = await BluezPeer.open(bus.path);
      await peer.show(headset({ manner: { kind: 'silent' } }));
      const { bluez, pair } = open();
      await bluez.look();
      const first = pair();
      await until(() => peer?.heard.includes('Pair'));
      await expect(peer.stranger()).rejects.toMatchObject({ dbusName: 'org.bluez.Error.Rejected' });
      expect(asked).toEqual([]);
      await bluez.cancel();
      await first;
      await expect(peer.stranger()).rejects.toMatchObject({ dbusName: 'org.bluez.Error.Rejected' });
    });

    it('outlives a bus that is killed in the middle of a pairing', async () => {
      peer = await BluezPeer.open(bus.path);
      await peer.show(headset({ manner: { kind: 'silent' } }));
      const { bluez, pair } = open();
      await bluez.look();
      const first = pair();
      await until(() => peer?.heard.includes('Pair'));
      await bus.kill();
      expect(await first).toEqual({ outcome: 'refused', why: 'noService' });
      await until(() => bluez.state() === 'noService');
      expect(bluez.things()).toEqual([]);
    });

    it('rests when nobody looks any more', async () => {
      peer = await BluezPeer.open(bus.path);
      const { bluez } = open();
      await bluez.look();
      await bluez.look();
      expect(peer.heard.filter((each) => each === 'StartDiscovery')).toHaveLength(1);
      await bluez.rest();
      expect(peer.heard.at(-1)).toBe('StopDiscovery');
    });
  },
);

describe('Bluetooth as python-dbusmock invents it', needs(mockMissing === '', mockMissing), () => {
  it('finds the adapter and a headset, and pairs with it', async () => {
    await bus.mockBluez();
    const { bluez, pair } = open();
    await until(async () => {
      await bluez.look();
      return bluez.state() !== 'noService';
    });
    expect(bluez.state()).toBe('noAdapter');
    const mock = await openSystemBus(bus.path);
    onTestFinished(() => mock.close());
    const tell = (member: string, ...body: string[]) =>
      mock.call({
        path: '/org/bluez',
        interface: 'org.bluez.Mock',
        member,
        signature: 's'.repeat(body.length),
        body,
      });
    await tell('AddAdapter', 'hci0', 'poste');
    await tell('AddDevice', 'hci0', HEADSET, 'Casque 07');
    await until(() => bluez.things().length === 1);
    expect(bluez.things()[0]).toMatchObject({ address: HEADSET, name: 'Casque 07', paired: false });
    expect((await pair()).outcome).toBe('paired');
    await until(() => bluez.things()[0]?.paired);
  });
});

describe('a system bus', () => {
  it('is where the system says, else where Linux puts it', () => {
    expect(systemBusPath({ DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/x/bus,guid=1' })).toBe('/x/bus');
    expect(systemBusPath({ DBUS_SYSTEM_BUS_ADDRESS: 'tcp:host=evil' })).toBe('/run/dbus/system_bus_socket');
    expect(systemBusPath({})).toBe('/run/dbus/system_bus_socket');
  });

  it('that is not there, or speaks another language, is no service', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preau-nobus-'));
    const path = join(folder, 'bus');
    const server = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    });
    for (const open of [() => openSystemBus(path), () => openSystemBus(`${path}-absent`)]) {
      const bluez = new Bluez({ changed: () => undefined, digits: () => '', open });
      await bluez.look();
      expect(bluez.state()).toBe('noService');
      await bluez.close();
    }
  });
});
