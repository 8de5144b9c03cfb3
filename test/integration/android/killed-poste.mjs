// A poste that sets a proxy and puts applications to sleep on every tablet it finds, says so, and waits to be killed.
// Arguments: its folder, the proxy, applications.
import { runnerImport } from 'vite';

const [folder, proxy, ...asleep] = process.argv.slice(2);
const load = async (path) => (await runnerImport(new URL(`../../../src/main/${path}`, import.meta.url).pathname)).module;
const { AndroidBridge } = await load('android/bridge.ts');
const { openAndroidReach } = await load('android/open-tablets.ts');
const { systemTimers } = await load('cart/timers.ts');
const log = { info() {}, warn() {}, error() {} };
const reach = await openAndroidReach({
  platform: { dataFolder: folder, clock: () => Date.now(), log },
  bridge: new AndroidBridge({ env: process.env }),
  timers: systemTimers,
  poste: 'k3zq',
  serialOf: (device) => device,
  deviceOf: (serial) => serial,
});
await reach.tablets.look();
for (const serial of reach.tablets.present()) await reach.school.want(serial, { proxy, asleep });
process.stdout.write('set\n');
setInterval(() => undefined, 1000);
