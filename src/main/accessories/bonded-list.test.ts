import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBonded, parseBonded } from './bonded-list';

/** Any bytes, as a careless decoder hands them on. */
const noise = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));

/** As Android 8 to 12 print it (AOSP AdapterProperties.java). */
const OLD = `Bluetooth Status
  enabled: true
  state: ON
AdapterProperties
  Name: Galaxy Tab A7
  Address: 02:00:00:00:00:00
  ConnectionState: STATE_CONNECTED
  Bonded devices:
    AA:BB:CC:DD:EE:07 [BR/EDR] Casque 07
    AA:BB:CC:DD:EE:08 [  LE  ] Clavier 3
    AA:BB:CC:DD:EE:09 [ ???? ] null

Snoop Log
    AA:BB:CC:DD:EE:99 [BR/EDR] not in the list
`;
/** As Android 13 to 15 print it: addresses hidden, no name, sometimes the address that another stands for. */
const HIDDEN = `AdapterProperties
  Bonded devices:
    XX:XX:XX:XX:EE:07 [BR/EDR][ 0x240404 ] 
    XX:XX:XX:XX:11:22 => XX:XX:XX:XX:EE:08 [ DUAL ][ 0x002540 ] 

`;
/** As Android 16 prints it (AOSP RemoteDevices.java). */
const NEW = `RemoteDevices
  Bonded devices: 2
    XX:XX:XX:XX:EE:07(PUBLIC) => XX:XX:XX:XX:EE:07(PUBLIC) [BR/EDR] [0x240404] [Pairing Algorithm BR/EDR: SC LE: N/A] [ACL BR/EDR:Y LE:N] [ Encryption status(BR/EDR): ENCRYPTED LE: N/A] Casque 07
        [BR/EDR UUIDs]: 0000110b-0000-1000-8000-00805f9b34fb 
        [Packages    ]: [com.android.settings]
    XX:XX:XX:XX:EE:08(RANDOM) => XX:XX:XX:XX:XX:XX(UNKNOWN) [  LE  ] [0x002540] [Pairing Algorithm BR/EDR: N/A LE: SC] [ACL BR/EDR:N LE:N] [ Encryption status(BR/EDR): N/A LE: N/A] Clavier 3[Latest bond-loss reason: 1]

  Other devices: 1
    XX:XX:XX:XX:99:99(PUBLIC) => XX:XX:XX:XX:99:99(PUBLIC) [BR/EDR] [0x5A020C] Téléphone de quelqu’un
`;

describe('the accessories a tablet is paired with', () => {
  it('are read with their names and addresses where Android tells both', () => {
    expect(parseBonded(OLD)).toEqual([
      { address: 'AA:BB:CC:DD:EE:07', name: 'Casque 07', connected: undefined },
      { address: 'AA:BB:CC:DD:EE:08', name: 'Clavier 3', connected: undefined },
      { address: 'AA:BB:CC:DD:EE:09', name: '', connected: undefined },
    ]);
  });

  it('are read where Android hides the beginning of their addresses', () => {
    expect(parseBonded(HIDDEN)).toEqual([
      { address: 'XX:XX:XX:XX:EE:07', name: '', connected: undefined },
      { address: 'XX:XX:XX:XX:EE:08', name: '', connected: undefined },
    ]);
  });

  it('are told connected or not by the newest, and the telephones it merely knows are left out', () => {
    expect(parseBonded(NEW)).toEqual([
      { address: 'XX:XX:XX:XX:EE:07', name: 'Casque 07', connected: true },
      { address: 'XX:XX:XX:XX:EE:08', name: 'Clavier 3', connected: false },
    ]);
  });

  it('are said once where two parts of the text speak of them', () => {
    expect(parseBonded(HIDDEN + NEW)?.map(({ name }) => name)).toEqual(['Casque 07', 'Clavier 3']);
  });

  it('are none in a list that is empty, and unknown in a text without a list', () => {
    expect(parseBonded('  Bonded devices: 0\n\n')).toEqual([]);
    expect(parseBonded('Bluetooth Status\n  enabled: false\n')).toBeUndefined();
    expect(parseBonded('')).toBeUndefined();
  });

  it('never break on a text of anything, and never grow without end', () => {
    const lines = fc.constantFrom(
      '  Bonded devices:',
      '    AA:BB:CC:DD:EE:07 [BR/EDR] x',
      '    XX:XX:XX:XX:EE:07(PUBLIC) => ',
      '    XX:XX:XX:XX:EE:07 [[[[[[[[',
      '',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(lines, noise(200)), { maxLength: 300 }), (text) => {
        for (const each of parseBonded(text.join('\n')) ?? []) {
          expect(each.address).toMatch(/^(?:[0-9A-F]{2}|XX)(:(?:[0-9A-F]{2}|XX)){5}$/);
          expect(each.name).not.toMatch(/\p{C}/u);
        }
      }),
    );
    const flood = Array.from(
      { length: 5_000 },
      (_, n) => `    AA:BB:CC:00:${hex(n >> 8)}:${hex(n)} [BR/EDR] x`,
    );
    expect(parseBonded(['  Bonded devices:', ...flood].join('\n'))?.length).toBeLessThanOrEqual(64);
    expect(
      parseBonded(`  Bonded devices:\n    AA:BB:CC:DD:EE:07 ${'[ '.repeat(100_000)}`)?.length,
    ).toBeLessThanOrEqual(1);
  });
});

const hex = (n: number): string => (n & 0xff).toString(16).padStart(2, '0');

describe('whether an accessory is among them', () => {
  const old = parseBonded(OLD) ?? [];
  const hidden = parseBonded(HIDDEN) ?? [];

  it('is known by its address, else by what Android shows of it, else by its name', () => {
    const headset = { address: 'AA:BB:CC:DD:EE:07', names: ['Autre nom'] };
    expect(findBonded(old, headset).found).toBe('address');
    expect(findBonded(hidden, headset).found).toBe('endOfAddress');
    expect(findBonded(old, { names: ['casque-07'] }).found).toBe('name');
    expect(findBonded(parseBonded(NEW) ?? [], headset)).toEqual({ found: 'endOfAddress', connected: true });
  });

  it('is not taken for another', () => {
    expect(findBonded(old, { address: '11:22:33:44:EE:07', names: ['Souris'] }).found).toBe('no');
    // The same model, paired with the tablet beside: its address is another's, whole or hidden.
    const model = { address: 'AA:BB:CC:DD:EE:12', names: ['Casque 12', 'Casque 07'] };
    expect(findBonded(old, model).found).toBe('no');
    expect(findBonded(parseBonded(NEW) ?? [], model).found).toBe('no');
    expect(findBonded(old, { names: model.names }).found).toBe('name');
    expect(findBonded(hidden, { names: ['', 'x'] }).found).toBe('no');
    expect(findBonded([], { names: ['Casque 07'] }).found).toBe('no');
  });
});
