/** Linux's own Bluetooth between two emulated radios: what pairing rests on. */
import assert from 'node:assert/strict';
import dbus from 'dbus-native';
import { hardwareTests, until } from '../guest';
import { SYSTEM_BUS, startRadios } from '../radios';

const BLUEZ = 'org.bluez';
type Interfaces = Record<string, Record<string, unknown>>;

await hardwareTests({
  'a headset that shows itself is found, agreed to, and bonded': async () => {
    const radios = await startRadios();
    const bus = dbus.createClient({ busAddress: SYSTEM_BUS, timeout: 20_000 });
    const call = (path: string, name: string, member: string, signature = '', body: unknown[] = []) =>
      bus.invoke({
        destination: BLUEZ,
        path,
        interface: name,
        member,
        ...(signature && { signature, body }),
      });
    const managed = async (): Promise<Record<string, Interfaces>> =>
      dbus.toPlain(await call('/', 'org.freedesktop.DBus.ObjectManager', 'GetManagedObjects'));
    const set = (path: string, property: string, type: string, value: unknown) =>
      call(path, 'org.freedesktop.DBus.Properties', 'Set', 'ssv', [
        'org.bluez.Adapter1',
        property,
        new dbus.Variant(type, value),
      ]);
    try {
      await until('BlueZ', async () => {
        const seen: Record<string, Interfaces> = await managed().catch(() => ({}));
        return Object.hasOwn(seen, '/org/bluez/hci0') && Object.hasOwn(seen, '/org/bluez/hci1');
      });
      const asked: string[] = [];
      const agent = {
        Release: () => undefined,
        RequestConfirmation: (device: string) => void asked.push(device),
        RequestAuthorization: (device: string) => void asked.push(device),
        AuthorizeService: () => undefined,
        Cancel: () => undefined,
      };
      bus.exportInterface(agent, '/preau/agent', {
        name: 'org.bluez.Agent1',
        methods: {
          Release: ['', '', [], []],
          RequestConfirmation: ['ou', '', [], []],
          RequestAuthorization: ['o', '', [], []],
          AuthorizeService: ['os', '', [], []],
          Cancel: ['', '', [], []],
        },
        signals: {},
        properties: {},
      });
      await call('/org/bluez', 'org.bluez.AgentManager1', 'RegisterAgent', 'os', [
        '/preau/agent',
        'DisplayYesNo',
      ]);
      await call('/org/bluez', 'org.bluez.AgentManager1', 'RequestDefaultAgent', 'o', ['/preau/agent']);
      for (const radio of ['/org/bluez/hci0', '/org/bluez/hci1']) await set(radio, 'Powered', 'b', true);
      await set('/org/bluez/hci1', 'Alias', 's', 'Casque 07');
      await set('/org/bluez/hci1', 'Pairable', 'b', true);
      await set('/org/bluez/hci1', 'Discoverable', 'b', true);
      await call('/org/bluez/hci0', 'org.bluez.Adapter1', 'StartDiscovery');
      const headset = await until(
        'the headset',
        async () =>
          Object.entries(await managed()).find(
            ([path, seen]) =>
              path.startsWith('/org/bluez/hci0/') && seen['org.bluez.Device1']?.['Name'] === 'Casque 07',
          )?.[0],
      );
      await call(headset, 'org.bluez.Device1', 'Pair');
      assert.ok(asked.includes(headset), `nobody was asked about ${headset}: ${asked.join()}`);
      assert.equal((await managed())[headset]?.['org.bluez.Device1']?.['Bonded'], true);
    } finally {
      bus.connection.end();
      radios.close();
    }
  },
});
