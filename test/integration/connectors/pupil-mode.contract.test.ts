import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { needs } from '../../needs';
import { openSchool, TEACHER } from '../lan/school';
import { endBench } from './chromium-processes';
import { connectorContract, Told, type ContractBench, type ContractDevice } from './contract';
import { pupilComputer, remember, type PupilComputer } from './pupil-computers';
import { createSeatConnector, seated } from './seats';

const OUT = join(import.meta.dirname, '..', '..', '..', 'out');
const built = existsSync(join(OUT, 'preload/pupil-mode.cjs'));

async function make(): Promise<ContractBench> {
  const school = await openSchool({ pupilFolder: join(OUT, 'renderer/pupil') });
  const told = new Told();
  await school.classroom.open(TEACHER, { mode: 'numbered', title: 'Mode élève' });
  const computers = [pupilComputer(), pupilComputer()] as const;
  onTestFinished(() => Promise.all(computers.map((one) => one.stop())).then(() => undefined));
  async function atDesk(computer: PupilComputer, n: number): Promise<ContractDevice> {
    const label = `Ordinateur ${n + 1}`;
    const id = await remember(computer.folder, school, label);
    computer.start();
    // Nobody touches anything: it enters, sits down and shares by itself.
    const seat = () => school.classroom.state(TEACHER).lesson?.seats.find((one) => one.label === label);
    await expect.poll(() => seat()?.sharing, { timeout: 30_000 }).toBe(true);
    expect(seat()?.pupilMode).toBe(true);
    return {
      id,
      die: () => computer.kill(),
      revive: () => computer.start(),
      freeze: () => computer.freeze(),
      thaw: () => computer.thaw(),
    };
  }
  const [device, other] = [await atDesk(computers[0], 0), await atDesk(computers[1], 1)];
  await seated(school, [device.id, other.id]);
  const connector = createSeatConnector(school, told);
  return {
    connector,
    device,
    other,
    told,
    stop: endBench(connector, computers),
  };
}

const NO = ['impossible'] as const;
describe('a computer in pupil mode', needs(built, 'out/preload/pupil-mode.cjs is not built'), () => {
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
