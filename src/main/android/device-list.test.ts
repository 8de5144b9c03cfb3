import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDeviceList } from './device-list';

describe('the list of tablets', () => {
  it('reads what adb 29 and 35 print', () => {
    const text = [
      'R52N60ABCDE            device usb:1-2 product:gta4lwifixx model:SM_T500 device:gta4lwifi transport_id:4',
      '127.0.0.1:40123        offline product:peer model:Tab_A7 device:peer transport_id:5',
      'HGA1234                unauthorized usb:1-3 transport_id:6',
      '0123456789ABCDEF       no permissions (missing udev rules? user is in the plugdev group); see [http://developer.android.com/tools/device.html] usb:1-4 transport_id:7',
      'adb-R52-xyz._adb-tls-connect._tcp device product:a model:b device:c transport_id:8',
      'XYZ                    recovery transport_id:9',
      '',
    ].join('\n');
    expect(parseDeviceList(text)).toEqual([
      {
        link: 'R52N60ABCDE',
        number: 'R52N60ABCDE',
        kind: 'usb',
        state: 'ready',
        model: 'SM T500',
        connection: '4',
      },
      {
        link: '127.0.0.1:40123',
        number: undefined,
        kind: 'network',
        state: 'offline',
        model: 'Tab A7',
        connection: '5',
      },
      {
        link: 'HGA1234',
        number: 'HGA1234',
        kind: 'usb',
        state: 'unauthorised',
        model: undefined,
        connection: '6',
      },
      {
        link: '0123456789ABCDEF',
        number: '0123456789ABCDEF',
        kind: 'usb',
        state: 'noPermission',
        model: undefined,
        connection: '7',
      },
      {
        link: 'adb-R52-xyz._adb-tls-connect._tcp',
        number: undefined,
        kind: 'network',
        state: 'ready',
        model: 'b',
        connection: '8',
      },
      { link: 'XYZ', number: 'XYZ', kind: 'usb', state: 'maintenance', model: undefined, connection: '9' },
    ]);
  });

  it('asks by its connection for what has no number, a number that is another’s too, or one no name would have', () => {
    const text = [
      '(no serial number)     no permissions (user in plugdev group; are your udev rules wrong?); see [http://x] usb:1-1 transport_id:1',
      '????????????           no permissions usb:1-2 transport_id:2',
      '0123456789ABCDEF       device usb:1-3 model:Tab transport_id:3',
      '0123456789ABCDEF       unauthorized usb:1-4 transport_id:4',
      'TAB 8 ÉCOLE            device usb:1-5 model:Tab transport_id:5',
      'R52N60ABCDE            hibernating usb:1-6 transport_id:6',
      '* daemon started successfully *',
    ].join('\n');
    expect(parseDeviceList(text).map(({ link, number, state }) => [link, number, state])).toEqual([
      ['transport:1', undefined, 'noPermission'],
      ['transport:2', undefined, 'noPermission'],
      ['transport:3', '0123456789ABCDEF', 'ready'],
      ['transport:4', '0123456789ABCDEF', 'unauthorised'],
      ['transport:5', 'TAB 8 ÉCOLE', 'ready'],
      ['R52N60ABCDE', 'R52N60ABCDE', 'offline'],
    ]);
  });

  it('never throws, whatever the server says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseDeviceList(text);
      }),
    );
  });
});
