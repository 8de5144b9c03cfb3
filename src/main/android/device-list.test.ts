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
      { link: 'R52N60ABCDE', kind: 'usb', state: 'ready', model: 'SM T500', connection: '4' },
      { link: '127.0.0.1:40123', kind: 'network', state: 'offline', model: 'Tab A7', connection: '5' },
      { link: 'HGA1234', kind: 'usb', state: 'unauthorised', model: undefined, connection: '6' },
      { link: '0123456789ABCDEF', kind: 'usb', state: 'noPermission', model: undefined, connection: '7' },
      {
        link: 'adb-R52-xyz._adb-tls-connect._tcp',
        kind: 'network',
        state: 'ready',
        model: 'b',
        connection: '8',
      },
      { link: 'XYZ', kind: 'usb', state: 'maintenance', model: undefined, connection: '9' },
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
