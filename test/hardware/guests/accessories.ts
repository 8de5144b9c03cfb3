/** What the product itself does with Linux's Bluetooth and its ports: found, agreed to, connected, forgotten; plugged, pulled. */
import assert from 'node:assert/strict';
import dbus from 'dbus-native';
import { Bluez } from '../../../src/main/accessories/bluez/bluez';
import { openSystemBus, type SystemBus } from '../../../src/main/accessories/bluez/system-bus';
import { openUsbPresence } from '../../../src/main/accessories/usb/presence';
import { hardwareTests, until } from '../guest';
import { startRadios } from '../radios';
import type { PairingAsk } from '../../../src/main/accessories/bluetooth';

const HEADSET = '/org/bluez/hci1';
const ADAPTER = 'org.bluez.Adapter1';

/** The headset's own side of the conversation: it agrees to whatever it is asked. BlueZ asks the default agent for both radios. */
async function agreeAsHeadset({ bus, call }: SystemBus): Promise<void> {
  const agree = { handler: () => null };
  const path = '/casque/agent';
  await bus.export(
    path,
    dbus.defineInterface({
      name: 'org.bluez.Agent1',
      methods: {
        Release: agree,
        Cancel: agree,
        RequestConfirmation: { in: { device: 'o', passkey: 'u' }, ...agree },
        RequestAuthorization: { in: { device: 'o' }, ...agree },
        AuthorizeService: { in: { device: 'o', uuid: 's' }, ...agree },
      },
    }),
  );
  const manager = { path: '/org/bluez', interface: 'org.bluez.AgentManager1' };
  await call({ ...manager, member: 'RegisterAgent', signature: 'os', body: [path, 'DisplayYesNo'] });
  await call({ ...manager, member: 'RequestDefaultAgent', signature: 'o', body: [path] });
}

await hardwareTests({
  'a computer without a Bluetooth service says so': async () => {
    const bluez = new Bluez({ changed: () => undefined, digits: () => '000000' });
    await bluez.look();
    assert.equal(bluez.state(), 'noService');
    assert.deepEqual(await bluez.pair('AA:BB:CC:DD:EE:FF', () => undefined), {
      outcome: 'refused',
      why: 'noService',
    });
    await bluez.close();
  },

  'a headset is switched on, found, compared, paired, found again and forgotten': async () => {
    const radios = await startRadios();
    const headset = await openSystemBus();
    const asked: PairingAsk[] = [];
    let yes = false;
    const bluez = new Bluez({ changed: () => undefined, digits: () => '123456' });
    const ask = (question: PairingAsk): void => {
      asked.push(question);
      if (question.kind !== 'nothing') bluez.answer(yes);
    };
    try {
      await until('Bluetooth is there', async () => {
        await bluez.look();
        return bluez.state() === 'off' || bluez.state() === 'ready';
      });
      await agreeAsHeadset(headset);
      // Debian's bluetoothd switches on what it finds.
      await headset.set(HEADSET, ADAPTER, 'Powered', 'b', false);
      await bluez.power(false);
      await until('both are off', () => bluez.state() === 'off');
      assert.deepEqual(await bluez.pair('AA:BB:CC:DD:EE:FF', ask), { outcome: 'refused', why: 'adapterOff' });
      await bluez.power(true);
      await until('the adapter is on', () => bluez.state() === 'ready');

      await until('the second radio', () =>
        headset.set(HEADSET, ADAPTER, 'Powered', 'b', true).then(() => true),
      );
      await headset.set(HEADSET, ADAPTER, 'Alias', 's', 'Casque 07');
      await headset.set(HEADSET, ADAPTER, 'Pairable', 'b', true);
      await headset.set(HEADSET, ADAPTER, 'Discoverable', 'b', true);
      const found = await until('the headset', async () => {
        await bluez.look();
        return bluez.things().find((each) => each.name === 'Casque 07');
      });
      assert.equal(found.paired, false);

      // The person says that the codes differ: nothing is paired.
      const refused = await bluez.pair(found.address, ask);
      assert.equal(refused.outcome, 'refused');
      const question = asked.find((each) => each.kind === 'compare');
      assert.match(question?.kind === 'compare' ? question.code : '', /^\d{6}$/);
      assert.equal(bluez.things().find((each) => each.address === found.address)?.paired ?? false, false);

      yes = true;
      await until('the headset shows itself again', async () => {
        await bluez.look();
        return bluez.things().some((each) => each.address === found.address);
      });
      const paired = await bluez.pair(found.address, ask);
      assert.equal(paired.outcome, 'paired', JSON.stringify(paired));
      assert.equal(bluez.things().find((each) => each.address === found.address)?.paired, true);

      // A second window of the same poste finds it known.
      const second = new Bluez({ changed: () => undefined, digits: () => '000000' });
      await second.look();
      assert.equal(second.things().find((each) => each.address === found.address)?.paired, true);
      await second.close();

      await bluez.forget(found.address);
      await until(
        'it is forgotten',
        () => !bluez.things().some((each) => each.address === found.address && each.paired),
      );
      assert.deepEqual(await bluez.pair('AA:BB:CC:DD:EE:FF', ask), { outcome: 'refused', why: 'notThere' });
    } finally {
      radios.close();
      await headset.close();
    }
    await until('the service that ended is noticed', async () => {
      await bluez.look();
      return bluez.state() === 'noService';
    });
    await bluez.close();
  },

  'what is plugged is named by its descriptor, and what is pulled is gone': async (host) => {
    const usb = openUsbPresence();
    let news = 0;
    const end = await usb.watch(() => (news += 1));
    const list = async () => (await usb.list()).things;
    const keyboard = await until('the keyboard', async () =>
      (await list()).find((each) => each.kind === 'keyboard' && each.by === 'usb'),
    );
    assert.deepEqual(keyboard.usb, { vendor: 0x0627, product: 0x0001 });
    assert.match(keyboard.name ?? '', /QEMU USB Keyboard/);
    const adapter = (await list()).find((each) => each.usb?.vendor === 0x0403 && each.usb.product === 0x6001);
    assert.ok(adapter, 'the serial adapter');
    assert.ok(!(await list()).some((each) => each.usb?.vendor === 0x0409), 'a hub is no accessory');

    await host.monitor('device_add usb-mouse,bus=xhci.0,port=1.3,id=mouse7');
    const mouse = await until('the mouse', async () => (await list()).find((each) => each.kind === 'mouse'));
    assert.match(mouse.name ?? '', /Mouse/);
    assert.ok(news > 0, 'nobody was told');
    await host.monitor('device_del mouse7');
    await until('the mouse is gone', async () => !(await list()).some((each) => each.key === mouse.key));
    end();
  },
});
