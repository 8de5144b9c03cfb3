import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAIRING_REFUSALS } from '../../../contract/staff/accessories';
import { adapterOf, thingsOf } from './objects';
import { PairingFailed, refusalOf } from './refusal';
import type { ObjectTree } from './system-bus';

/** Any bytes, as a careless decoder hands them on. */
const noise = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));

const ADAPTER = '/org/bluez/hci0';
const adapter = (powered: boolean) => ({ 'org.bluez.Adapter1': { Powered: powered, Discovering: false } });
const device = (address: string, more: Record<string, unknown> = {}) => ({
  [`${ADAPTER}/dev_${address.replaceAll(':', '_')}`]: {
    'org.bluez.Device1': { Address: address, Name: 'Casque', ...more },
  },
});

describe('what BlueZ tells', () => {
  it('is of the adapter that is on, and of the first where none is', () => {
    expect(adapterOf({})).toBeUndefined();
    const two = { '/org/bluez/hci0': adapter(false), '/org/bluez/hci1': adapter(true) };
    expect(adapterOf(two)?.path).toBe('/org/bluez/hci1');
    expect(adapterOf({ '/org/bluez/hci1': adapter(false), '/org/bluez/hci0': adapter(false) })?.path).toBe(
      ADAPTER,
    );
  });

  it('puts first what is paired, then what is nearest, and leaves out what has no name', () => {
    const tree: ObjectTree = {
      [ADAPTER]: adapter(true),
      ...device('AA:BB:CC:DD:EE:01', { RSSI: -80 }),
      ...device('AA:BB:CC:DD:EE:02', { RSSI: -40 }),
      ...device('AA:BB:CC:DD:EE:03', { Paired: true }),
      ...device('AA:BB:CC:DD:EE:04', { Name: undefined, Alias: 'AA-BB-CC-DD-EE-04' }),
      '/org/bluez/hci1/dev_AA_BB_CC_DD_EE_05': {
        'org.bluez.Device1': { Address: 'AA:BB:CC:DD:EE:05', Name: 'x' },
      },
    };
    expect(thingsOf(tree, ADAPTER).map(({ address }) => address.at(-1))).toEqual(['3', '2', '1']);
  });

  it('may be of any type: what is not as it should be is not there', () => {
    const odd = fc.oneof(noise(100), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined));
    const properties = fc.dictionary(
      fc.constantFrom('Address', 'Name', 'Icon', 'Paired', 'Connected', 'RSSI', 'Percentage'),
      odd,
    );
    const interfaces = fc.dictionary(fc.constantFrom('org.bluez.Device1', 'org.bluez.Battery1'), properties);
    const tree = fc.dictionary(
      fc.oneof(fc.constant(`${ADAPTER}/dev_1`), fc.constant(`${ADAPTER}/dev_2`), fc.string()),
      interfaces,
    );
    fc.assert(
      fc.property(tree, (objects) => {
        for (const thing of thingsOf(objects, ADAPTER)) {
          expect(thing.address).toMatch(/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/);
          expect(thing.name ?? '').not.toMatch(/\p{C}/u);
          if (thing.percent !== undefined) expect(thing.percent).toBeLessThanOrEqual(100);
        }
      }),
    );
    const crowd = Object.assign(
      {},
      ...Array.from({ length: 300 }, (_, n) => device(`AA:BB:CC:DD:${hex(n >> 8)}:${hex(n)}`)),
    ) as ObjectTree;
    expect(thingsOf(crowd, ADAPTER)).toHaveLength(60);
  });
});

const hex = (n: number): string => (n & 0xff).toString(16).padStart(2, '0').toUpperCase();

describe('a refusal', () => {
  it('is always one of those that have a gesture, whatever was thrown', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(PAIRING_REFUSALS).toContain(refusalOf(thrown));
      }),
    );
    expect(refusalOf(new PairingFailed('adapterOff'))).toBe('adapterOff');
    expect(refusalOf(Object.assign(new Error('x'), { code: 'ECONNCLOSED' }))).toBe('noService');
    expect(
      refusalOf(
        Object.assign(new Error('br-connection-page-timeout'), { dbusName: 'org.bluez.Error.Failed' }),
      ),
    ).toBe('notThere');
  });
});
