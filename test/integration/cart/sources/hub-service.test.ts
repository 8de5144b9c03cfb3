import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SimulatedHub } from '../../../../src/demo/hub/hub';
import { createStripSecrets } from '../../../../src/main/cart/sources/strip-secrets';
import { systemTimers } from '../../../../src/main/cart/timers';
import { usbError } from '../../../../src/main/cart/usb/bus';
import { needs } from '../../../needs';
import { Cable } from '../../../peers/cambrionix/cable';
import { ManualTimers, settle } from '../../../peers/cambrionix/manual-timers';
import { WRITE, snmpdMissing, stripPeer } from '../../../peers/snmp';
import { HUB_IDS, SimulatedBus } from '../../../peers/usb';
import { CART, HEAD, house, ownBox } from './house';
import type { Id } from '../../../../src/domain/id';
import type { ByteStream } from '../../../../src/main/cart/sources/byte-stream';
import type { SourceSnapshot } from '../../../../src/main/cart/sources/port';

const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const USB0 = { kind: 'serial', path: '/dev/ttyUSB0' } as const;

async function bench(options: { ports?: number; format?: 'un' | 'ps' } = {}) {
  const timers = new ManualTimers();
  const hub = new SimulatedHub({ timers, seed: 6, serial: 'ESSAI001', ...options }).fill([7]);
  const cable = new Cable(hub, timers);
  const bus = new SimulatedBus();
  const one = await house(timers, {
    usb: bus,
    open: () => cable.open,
    listSerialPorts: () =>
      Promise.resolve([
        { path: '/dev/ttyUSB0', label: 'FTDI · A1', hubLike: true },
        { path: '/dev/ttyACM0', label: 'robot', hubLike: false },
      ]),
  });
  endings.push(() => one.service.close());
  const after = async <T>(asked: Promise<T>, ms = 15_000): Promise<T> => {
    await timers.advance(ms);
    return asked;
  };
  return { ...one, timers, hub, cable, bus, after };
}

describe('what is plugged into this computer', () => {
  it('is found and named: serial lines, hubs by their class, nothing else', async () => {
    const { service, bus } = await bench();
    bus.serial = 'H42';
    bus.attach(3, { vendorId: 1, productId: 2, serial: 'tablet' });
    expect(await service.findHubs(HEAD)).toEqual({
      found: [
        { link: USB0, label: 'FTDI · A1', at: '/dev/ttyUSB0', likely: true },
        { link: { kind: 'serial', path: '/dev/ttyACM0' }, label: 'robot', at: '/dev/ttyACM0', likely: false },
        {
          link: { kind: 'usb', path: '1-1', ...HUB_IDS, serial: 'H42' },
          label: 'Concentrateur du chariot',
          at: '1-1',
          likely: true,
        },
      ],
    });
  });

  it('is found as far as it can be where there is no USB', async () => {
    const { service, bus } = await bench();
    bus.list = () => Promise.reject(usbError('NO_USB'));
    const { found, usbTrouble } = await service.findHubs(HEAD);
    expect(found).toHaveLength(2);
    expect(usbTrouble).toBe('NO_USB');
  });
});

describe('trying before keeping', () => {
  it('counts the places that answer, keeps nothing and leaves nothing running', async () => {
    const { service, parc, timers, cable, after } = await bench();
    expect(await after(service.tryHub(HEAD, { link: USB0 }))).toEqual({
      answers: true,
      hardware: 'PP15S',
      ports: 15,
      switching: 'perPort',
    });
    expect(parc.all('hub')).toEqual([]);
    expect(timers.pending).toBe(0);
    expect(cable.opened).toBe(1);
  });

  it('says why not: no such port, a hub that says nothing', async () => {
    const { service, timers, cable, after } = await bench();
    cable.pull();
    expect(await after(service.tryHub(HEAD, { link: USB0 }))).toMatchObject({
      answers: false,
      why: 'ENOENT',
    });
    const mute: ByteStream = {
      write: () => undefined,
      onData: () => undefined,
      onClose: () => undefined,
      close: () => undefined,
    };
    const other = await house(timers, { open: () => () => Promise.resolve(mute) });
    endings.push(() => other.service.close());
    expect(await after(other.service.tryHub(HEAD, { link: USB0 }))).toEqual({
      answers: false,
      why: 'silent',
      ports: 0,
      switching: 'perPort',
    });
  });

  it('waits for the one that is about to be read: its line opens once', async () => {
    const timers = new ManualTimers();
    const cable = new Cable(new SimulatedHub({ timers, seed: 6 }).fill(), timers);
    let isOpen = false;
    const other = await house(timers, {
      open: () => async () => {
        if (isOpen) throw Object.assign(new Error('locked'), { code: 'EBUSY' });
        const stream = await cable.open();
        isOpen = true;
        stream.onClose(() => (isOpen = false));
        return stream;
      },
    });
    endings.push(() => other.service.close());
    await other.service.addHub(HEAD, { cart: CART, link: USB0, firstBay: 1 });
    await settle();
    const trial = other.service.tryHub(HEAD, { link: USB0 });
    await timers.advance(20_000);
    expect(await trial).toMatchObject({ answers: true, ports: 15 });
    cable.pull();
    await timers.advance(20_000);
    const without = other.service.tryHub(HEAD, { link: USB0 });
    await timers.advance(20_000);
    expect(await without).toMatchObject({ answers: false, why: 'ENOENT' });
  });

  it('asks the one that is read already instead of opening its line twice', async () => {
    const { service, timers, cable, after } = await bench();
    await service.addHub(HEAD, { cart: CART, link: USB0, firstBay: 1 });
    await timers.advance(6_000);
    expect(await after(service.tryHub(HEAD, { link: USB0 }), 0)).toMatchObject({ answers: true, ports: 15 });
    expect(cable.opened).toBe(1);
  });
});

describe('a hub of the cart', () => {
  it('tells its number once, and is known by it at the next start', async () => {
    const { service, parc, timers } = await bench();
    const hub = await service.addHub(HEAD, { cart: CART, link: USB0, firstBay: 1 });
    await timers.advance(60_000);
    expect(parc.get(hub)?.body).toMatchObject({ serial: 'ESSAI001' });
    const { rev } = parc.get(hub) ?? {};
    await timers.advance(60_000);
    expect(parc.get(hub)?.rev).toBe(rev);
    await service.close();

    const other = new SimulatedHub({ timers, serial: 'AUTRE002' });
    const again = await house(timers, { parc, open: () => new Cable(other, timers).open });
    endings.push(() => again.service.close());
    await timers.advance(6_000);
    expect(again.service.hubs.snapshot(hub)).toMatchObject({ status: 'lost', why: 'anotherBox' });
  });

  it('is published when a glance shows something new, and not at every poll', async () => {
    const { service, hub, timers, events } = await bench();
    await service.addHub(HEAD, { cart: CART, link: USB0, firstBay: 1 });
    await timers.advance(20_000);
    events.length = 0;
    const heard: string[] = [];
    const end = service.hubs.onSnapshot(({ news }) => heard.push(news));
    await timers.advance(120_000);
    expect(heard.length).toBeGreaterThanOrEqual(58);
    // Batteries that finish in these two minutes may show; the sixty polls do not.
    expect(events.length).toBe(heard.filter((news) => news === 'seen').length);
    expect(events.length).toBeLessThan(10);
    hub.port(1).unplug();
    const before = events.length;
    await timers.advance(2_500);
    expect(events.length).toBe(before + 1);
    end();
  });

  it('is switched and restarted where it is read, and nowhere else', async () => {
    const { service, parc, hub, timers, after } = await bench();
    const id = await service.addHub(HEAD, { cart: CART, link: USB0, firstBay: 1 });
    await timers.advance(6_000);
    expect(await after(service.hubs.switchPort(id, 3, false))).toEqual({ outcome: 'done' });
    expect(hub.port(3).mode).toBe('o');
    expect(service.hubs.readings(CART).get(3)?.[0]?.value).toMatchObject({ power: 'off', portOff: true });
    expect(await after(service.restartHub(HEAD, id), 30_000)).toEqual({ outcome: 'done' });
    expect(hub.port(3).mode).toBe('c');
    expect(service.hubs.snapshot(id)?.status).toBe('answering');

    const elsewhere = await house(timers, { parc, poste: 'poste_bbbbbbbbbbbbb' });
    endings.push(() => elsewhere.service.close());
    const refused = { outcome: 'impossible', why: 'elsewhere' };
    expect(await elsewhere.service.restartHub(HEAD, id)).toEqual(refused);
    expect(await elsewhere.service.hubs.switchPort(id, 3, false)).toEqual(refused);
    await expect(
      (async () => elsewhere.service.restartHub(HEAD, 'hub_aaaaaaaaaaaaa'))(),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that feeds no place is read and switched, and is nobody’s charge', async () => {
    const { service, parc, hub, timers, after } = await bench();
    const id = await service.addHub(HEAD, { cart: CART, link: USB0, firstBay: null });
    expect(await service.addHub(HEAD, { cart: CART, link: USB0, firstBay: null })).toBe(id);
    await timers.advance(6_000);
    const panel = service.panel(HEAD, CART);
    expect(panel.hubs).toMatchObject([{ firstBay: null, status: 'answering', ports: 15 }]);
    expect(panel.bays.filter(({ power }) => power !== null)).toEqual([]);
    expect(await after(service.hubs.switchPort(id, 4, false))).toEqual({ outcome: 'done' });
    expect(hub.port(4).mode).toBe('o');
    expect(parc.get(id)?.body).toMatchObject({ firstBay: null });
  });

  it('tells which device hangs at which place of the cart', async () => {
    const { service, bus, timers } = await bench();
    bus.attach(2, { vendorId: 0x04e8, productId: 0x6860, serial: 'R52N30ABCDE' });
    await service.addHub(HEAD, {
      cart: CART,
      link: { kind: 'usb', path: '1-1', ...HUB_IDS },
      firstBay: 16,
    });
    await timers.advance(3_000);
    expect([...service.hubs.attached(CART)]).toEqual([
      [17, { vendorId: 0x04e8, productId: 0x6860, serial: 'R52N30ABCDE' }],
    ]);
  });
});

describe('what opens strips', () => {
  const hub = (letter: string): Id<'hub'> => `hub_${letter.repeat(13)}`;
  const community = (word: string) => ({ version: '2c', community: word }) as const;

  function folder(): string {
    const made = mkdtempSync(join(tmpdir(), 'preau-strip-'));
    endings.push(() => {
      rmSync(made, { recursive: true, force: true });
    });
    return made;
  }

  it('keeps two that are told at once, each for its strip', async () => {
    const own = ownBox('poste_aaaaaaaaaaaaa');
    const secrets = createStripSecrets(folder(), () => own);
    await Promise.all(['a', 'b', 'c'].map((one) => secrets.keep(hub(one), community(one))));
    expect(await Promise.all(['a', 'b', 'c'].map((one) => secrets.of(hub(one))))).toEqual(
      ['a', 'b', 'c'].map(community),
    );
  });

  it('a file that makes no sense opens nothing and is replaced by the next one told', async () => {
    const place = folder();
    const own = ownBox('poste_aaaaaaaaaaaaa');
    const secrets = createStripSecrets(place, () => own);
    mkdirSync(join(place, 'cart'));
    for (const text of ['', '{', '[]', '{"hub_x":1}', `{"${hub('a')}":{"box":{},"content":"AAAA"}}`]) {
      writeFileSync(join(place, 'cart', 'strip-secrets.json'), text);
      expect(await secrets.of(hub('a')), text).toBeUndefined();
    }
    await secrets.keep(hub('a'), community('mot'));
    expect(await secrets.of(hub('a'))).toEqual(community('mot'));
  });

  it('a file that cannot be read for once is not written over', async () => {
    const place = folder();
    const own = ownBox('poste_aaaaaaaaaaaaa');
    const secrets = createStripSecrets(place, () => own);
    await secrets.keep(hub('a'), community('mot'));
    const file = join(place, 'cart', 'strip-secrets.json');
    // A folder in its place: reading fails (EISDIR) for whoever runs this, the system's administrator too.
    renameSync(file, `${file}.aside`);
    mkdirSync(file);
    await expect(secrets.keep(hub('b'), community('autre'))).rejects.toThrow();
    await expect(secrets.forget(hub('a'))).rejects.toThrow();
    rmSync(file, { recursive: true });
    renameSync(`${file}.aside`, file);
    expect(await secrets.of(hub('a'))).toEqual(community('mot'));
    await secrets.keep(hub('b'), community('autre'));
    expect(await Promise.all(['a', 'b'].map((one) => secrets.of(hub(one))))).toEqual(
      ['mot', 'autre'].map(community),
    );
  });

  it('one strip’s words copied onto another open nothing', async () => {
    const place = folder();
    const own = ownBox('poste_aaaaaaaaaaaaa');
    const secrets = createStripSecrets(place, () => own);
    await secrets.keep(hub('a'), community('mot'));
    const file = join(place, 'cart', 'strip-secrets.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(hub('a'), hub('b')));
    expect(await secrets.of(hub('b'))).toBeUndefined();
  });

  it('waits to be told while this computer has no box', async () => {
    const secrets = createStripSecrets(folder(), () => undefined);
    await expect(secrets.keep(hub('a'), community('mot'))).rejects.toMatchObject({ code: 'BUSY' });
    expect(await secrets.of(hub('a'))).toBeUndefined();
  });
});

describe(
  'a strip of the cart',
  needs(!snmpdMissing, 'snmpd is not installed (apt-get install snmpd)'),
  () => {
    it('is opened by what this computer alone keeps, sealed, over a restart, and forgotten with it', async () => {
      const peer = await stripPeer(4);
      endings.push(() => peer.close());
      const dataFolder = mkdtempSync(join(tmpdir(), 'preau-strip-'));
      endings.push(() => {
        rmSync(dataFolder, { recursive: true, force: true });
      });
      const own = ownBox('poste_aaaaaaaaaaaaa');
      const link = { kind: 'snmp', host: '127.0.0.1', port: peer.port, version: '2c' } as const;
      const secret = { version: '2c', community: WRITE } as const;
      const first = await house(systemTimers, { dataFolder, boxes: () => own });
      endings.push(() => first.service.close());
      const answered = (one: typeof first): Promise<SourceSnapshot> =>
        new Promise((resolve) => {
          const end = one.service.hubs.onSnapshot(({ snapshot }) => {
            if (snapshot.status !== 'answering') return;
            end();
            resolve(snapshot);
          });
        });

      expect(await first.service.tryHub(HEAD, { link, secret })).toMatchObject({ answers: true, ports: 4 });
      const answer = answered(first);
      const hub = await first.service.addHub(HEAD, { cart: CART, link, firstBay: 1, secret });
      expect((await answer).ports).toHaveLength(4);
      expect(JSON.stringify(first.parc.get(hub))).not.toContain(WRITE);
      const file = join(dataFolder, 'cart', 'strip-secrets.json');
      expect(readdirSync(join(dataFolder, 'cart'))).toEqual(['strip-secrets.json']);
      expect(readFileSync(file, 'utf8')).not.toContain(WRITE);
      await first.service.close();

      const second = await house(systemTimers, { dataFolder, parc: first.parc, boxes: () => own });
      endings.push(() => second.service.close());
      await answered(second);
      expect(await second.service.hubs.switchPort(hub, 2, false)).toEqual({ outcome: 'done' });
      expect(peer.state().outlets['2']?.on).toBe(false);
      await second.service.removeHub(HEAD, hub);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({});

      // The file carried to another computer opens nothing there.
      await second.service.addHub(HEAD, { cart: CART, link, firstBay: 1, secret });
      await second.service.close();
      const stranger = ownBox('poste_aaaaaaaaaaaaa');
      const third = await house(systemTimers, { dataFolder, parc: first.parc, boxes: () => stranger });
      endings.push(() => third.service.close());
      const why = await new Promise((resolve) => {
        third.service.hubs.onSnapshot(({ snapshot }) => {
          if (snapshot.status === 'lost') resolve(snapshot.why);
        });
      });
      expect(why).toBe('noSecret');
    });
  },
);
