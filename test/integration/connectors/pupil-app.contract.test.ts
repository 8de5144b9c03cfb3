import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { needs } from '../../needs';
import { openSchool, TEACHER } from '../lan/school';
import { childBrowser, type ChildBrowser } from './browsers';
import { endBench } from './chromium-processes';
import { connectorContract, Told, type ContractBench, type ContractDevice } from './contract';
import { createSeatConnector, seated } from './seats';

/** `PUPIL_APP` names another build. */
const BUILT =
  process.env['PUPIL_APP'] ?? join(import.meta.dirname, '..', '..', '..', 'out', 'renderer', 'pupil');
/** `npm test` builds first; alone, this file says why it waits. */
const built = existsSync(join(BUILT, 'index.html'));

async function make(): Promise<ContractBench> {
  const school = await openSchool({ pupilFolder: BUILT });
  const told = new Told();
  await school.classroom.open(TEACHER, { mode: 'numbered', title: 'Navigateurs' });
  const first = childBrowser(school.root);
  const second = childBrowser(school.root);
  const browsers = [first, second];
  onTestFinished(() => Promise.all(browsers.map((browser) => browser.stop())).then(() => undefined));
  async function atDesk(browser: ChildBrowser, n: number): Promise<ContractDevice> {
    const label = `Ordinateur ${n + 1}`;
    const { enrolUrl } = school.devices.startEnrolment(TEACHER, { label, kind: 'computer' });
    const page = await browser.start();
    await page.goto(enrolUrl);
    await page.getByRole('button', { name: 'Montrer mon écran' }).click();
    const seat = () => school.classroom.state(TEACHER).lesson?.seats.find((one) => one.label === label);
    await expect.poll(() => seat()?.sharing, { timeout: 30_000 }).toBe(true);
    const device = school.devices.list(TEACHER).find((one) => one.label === label);
    if (!device) throw new Error(`${label} was not enrolled`);
    return {
      id: device.id,
      die: () => browser.kill(),
      async revive() {
        await (await browser.start()).goto(school.origin);
      },
      freeze: () => browser.freeze(),
      thaw: () => browser.thaw(),
    };
  }
  const [device, other] = await Promise.all([atDesk(first, 0), atDesk(second, 1)]);
  await seated(school, [device.id, other.id]);
  const connector = createSeatConnector(school, told);
  return {
    connector,
    device,
    other,
    told,
    stop: endBench(connector, browsers),
  };
}

const NO = ['impossible'] as const;
describe('the pupil app in a real browser', needs(built, 'out/renderer/pupil is not built'), () => {
  connectorContract(make, {
    screen: ['done'],
    lock: ['done'],
    message: NO,
    'open-page': ['done'],
    'open-file': NO,
    'start-app': NO,
    'stop-app': NO,
    demo: NO,
    power: NO,
    wake: NO,
    proxy: NO,
    clean: NO,
    help: NO,
  });
});
