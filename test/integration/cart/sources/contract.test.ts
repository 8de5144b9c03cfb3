import { bayState } from '../../../../src/domain/cart/bay';
import { SimulatedHub } from '../../../../src/demo/hub/hub';
import { CambrionixDriver } from '../../../../src/main/cart/cambrionix/driver';
import { DeviceWords } from '../../../../src/main/cart/sources/device-words';
import { straight } from '../../../../src/main/cart/sources/route';
import { StripDriver } from '../../../../src/main/cart/strip/driver';
import { UsbHubDriver } from '../../../../src/main/cart/usb/driver';
import { Cable } from '../../../peers/cambrionix/cable';
import { ManualTimers } from '../../../peers/cambrionix/manual-timers';
import { TableAgent } from '../../../peers/snmp/table-agent';
import { HUB_IDS, SimulatedBus } from '../../../peers/usb';
import { sourceContract } from './contract';
import { peopleBench } from './people-bench';
import type { SourceBench } from './contract';
import type { ChargeSource } from '../../../../src/main/cart/sources/port';

/** What the panel would show of that port. */
const powerOf = (source: ChargeSource, timers: ManualTimers) => (place: number) => {
  const reading = source.snapshot.ports.find((one) => one.port === place)?.reading;
  return bayState(place, reading ? [reading] : [], timers.now()).power;
};

for (const format of ['un', 'ps', 'sm'] as const)
  sourceContract(`a charging hub (${format})`, 'box', (): SourceBench => {
    const timers = new ManualTimers();
    const hub = new SimulatedHub({ timers, seed: 4, format });
    const cable = new Cable(hub, timers);
    let news = 0;
    const source = new CambrionixDriver(straight(cable.open), timers, () => {
      news += 1;
    });
    source.start();
    return {
      word: 'hub',
      says: ['charging', 'empty'],
      be: (place, which) => {
        if (which === 1) hub.port(place).unplug();
        else hub.port(place).plug({ capacityWh: 19, fullCurrentMa: 2000, level: 0.2 });
      },
      read: powerOf(source, timers),
      pass: (ms) => timers.advance(ms),
      cut: () => {
        cable.pull();
      },
      restore: () => {
        cable.putBack();
      },
      garble: () => {
        hub.garbleNext(2_000);
        cable.noise(Uint8Array.from({ length: 500 }, (_, index) => (index * 37) % 256));
      },
      ungarble: () => undefined,
      box: {
        source,
        ports: 15,
        delay: (ms) => {
          hub.delayNext(ms);
        },
        isOn: (port) => hub.port(port).mode !== 'o',
        news: () => news,
      },
      end: () => {
        source.stop();
        return timers.pending;
      },
    };
  });

for (const superSpeed of [false, true])
  sourceContract(`a USB hub (${superSpeed ? '3' : '2'})`, 'box', (): SourceBench => {
    const timers = new ManualTimers();
    const bus = new SimulatedBus(8, superSpeed);
    let news = 0;
    const source = new UsbHubDriver({ kind: 'usb', path: '1-1', ...HUB_IDS }, bus, timers, () => {
      news += 1;
    });
    source.start();
    return {
      word: 'usbPort',
      says: ['attached', 'empty'],
      be: (place, which) => {
        bus.attach(place, which === 0 ? { vendorId: 0x04e8, productId: 0x6860, serial: 'R52' } : undefined);
      },
      read: powerOf(source, timers),
      pass: (ms) => timers.advance(ms),
      cut: () => {
        bus.pull();
      },
      restore: () => {
        bus.putBack();
      },
      garble: () => {
        bus.lie = Uint8Array.from([1]);
      },
      ungarble: () => {
        bus.lie = undefined;
      },
      box: {
        source,
        ports: 8,
        delay: (ms) => {
          bus.hold(() => {
            bus.hold(undefined);
            return new Promise((resolve) => timers.after(ms, resolve));
          });
        },
        isOn: (port) => bus.port(port).powered,
        news: () => news,
      },
      end: async () => {
        source.stop();
        await timers.advance(5_000);
        return timers.pending + bus.listeners + bus.openHandles;
      },
    };
  });

for (const table of ['apcRpdu2', 'raritanPdu2', 'eatonEpdu', 'cyberPower'])
  sourceContract(`a power strip (${table})`, 'box', (): SourceBench => {
    const timers = new ManualTimers();
    const agent = new TableAgent(table);
    let news = 0;
    const source = new StripDriver(agent.open, timers, () => {
      news += 1;
    });
    source.start();
    return {
      word: 'strip',
      says: ['charging', 'off'],
      be: (place, which) => {
        agent.outlets.set(place, { on: which === 0, milliamperes: 300 });
      },
      read: powerOf(source, timers),
      pass: (ms) => timers.advance(ms),
      cut: () => {
        agent.silent = true;
      },
      restore: () => {
        agent.silent = false;
      },
      garble: () => {
        agent.garbled = true;
      },
      ungarble: () => {
        agent.garbled = false;
      },
      box: {
        source,
        ports: 8,
        delay: (ms) => {
          agent.hold(() => {
            agent.hold(undefined);
            return new Promise((resolve) => timers.after(ms, resolve));
          });
        },
        isOn: (port) => agent.outlets.get(port)?.on ?? false,
        news: () => news,
      },
      end: async () => {
        source.stop();
        await timers.advance(5_000);
        return timers.pending + agent.opened;
      },
    };
  });

for (const word of ['device', 'adb'] as const)
  sourceContract(
    word === 'device' ? 'a device by its browser' : 'a device by ADB',
    'word',
    (): SourceBench => {
      const timers = new ManualTimers();
      const words = new DeviceWords(() => new Date(timers.now()).toISOString());
      const name = (place: number): string => `device_${String(place)}`;
      return {
        word,
        says: [42, 91],
        be: (place, which) => {
          words.hear(name(place), { source: word, value: { percent: which === 0 ? 42 : 91 } });
        },
        read: (place) => bayState(place, words.of(name(place)), timers.now()).percent,
        pass: (ms) => timers.advance(ms),
        cut: () => undefined,
        restore: () => undefined,
        garble: () => {
          for (const percent of [NaN, -3, 101, Infinity])
            words.hear(name(1), { source: word, value: { percent } });
        },
        ungarble: () => undefined,
        end: () => timers.pending,
      };
    },
  );

sourceContract('a person', 'word', peopleBench);
