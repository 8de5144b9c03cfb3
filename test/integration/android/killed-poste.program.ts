/**
 * `node … killed-poste.program.ts <folder> <proxy> <application…>`: a poste that sets a proxy and puts applications to sleep on every
 * tablet it finds, says so, and waits to be killed.
 */
import { AndroidBridge } from '../../../src/main/android/bridge';
import { openAndroidReach } from '../../../src/main/android/open-tablets';
import { systemTimers } from '../../../src/main/cart/timers';
import { idFrom } from '../../../src/domain/id';
import { silentLogger } from '../../../src/main/log/logger';

const [folder = '', proxy = '', ...asleep] = process.argv.slice(2);
const device = idFrom('device', Buffer.alloc(9, 1));
const found: string[] = [];
const reach = await openAndroidReach({
  platform: { dataFolder: folder, clock: () => Date.now(), log: silentLogger },
  bridge: new AndroidBridge({ env: process.env }),
  timers: systemTimers,
  poste: 'k3zq',
  serialOf: () => found[0],
  deviceOf: () => device,
});
await reach.tablets.look();
found.push(...reach.tablets.present());
await reach.school.want(device, { proxy, asleep });
process.stdout.write('set\n');
setInterval(() => undefined, 1_000);
