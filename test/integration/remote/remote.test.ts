import { beforeAll, afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectPupil, type PupilClient } from '../../../src/demo/pupils/client';
import { makePupilKey, type PupilKey } from '../../../src/demo/pupils/keys';
import type { PayloadOf } from '../../../src/contract/define';
import type { StaffContract } from '../../../src/contract/staff';
import type { SeatKeyView } from '../../../src/contract/staff/classroom';
import { outcome, rightsSchool, type Ask } from '../rights/school';

const TELEPHONE = { capture: false, battery: true, touch: true, camera: true, keys: true };
const PIN = '271828';

type School = Awaited<ReturnType<typeof rightsSchool>>;
let school: School;
let claire: Ask;
const endings: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  school = await rightsSchool((work) => endings.push(work));
  claire = await school.enter('claire', school.people.claire, await school.account(school.people.claire));
});
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

/** A telephone at the real door. */
async function telephone(host = school.office): Promise<PupilClient> {
  const rooms = host.host.rooms();
  const origin = rooms?.door()?.url();
  const root = rooms?.root();
  if (origin === undefined || root === undefined) throw new Error('the door is closed');
  const client = await connectPupil({ origin, root, capabilities: TELEPHONE, clock: () => school.clock.now });
  onTestFinished(() => client.close());
  return client;
}
/** The clock was moved: screens have hidden themselves meanwhile. */
async function awake(): Promise<void> {
  await school.unlock();
  if ((await claire('session.state', {})).screen?.locked)
    await claire('session.unlock', { by: 'password', password: school.OWN_PASSWORD });
}
async function paired(ask: Ask = claire): Promise<{ client: PupilClient; key: PupilKey; keyId: string }> {
  await awake();
  await school.head('remote.allow', { allowed: true });
  const client = await telephone();
  await client.hello();
  const { code } = await ask('remote.startPairing', {});
  const key = makePupilKey();
  const { keyId } = await client.request('remote.pair', {
    code,
    pin: PIN,
    label: 'Téléphone de Claire',
    publicKey: key.publicKey,
  });
  onTestFinished(async () => {
    await awake();
    for (const { id } of (await ask('remote.state', {})).pairs) await ask('remote.unpair', { id });
  });
  return { client, key, keyId };
}
async function comesBack(key: PupilKey, keyId: string): Promise<PupilClient> {
  const client = await telephone();
  const { challenge } = await client.hello();
  await client.request('remote.enter', { keyId, signature: key.prove(challenge, client.origin) });
  return client;
}
async function lesson(): Promise<void> {
  await claire('classroom.open', { class: school.classes.cm1, mode: 'numbered' });
  onTestFinished(async () => void (await claire('classroom.close', {})));
}
/** That many children on tablets of the school, in the order of their numbers. */
async function seated(count: number): Promise<{ key: SeatKeyView; client: PupilClient }[]> {
  const clients: PupilClient[] = [];
  for (let n = 0; n < count; n += 1) {
    const client = await telephone();
    await client.hello();
    const { code } = await school.head('devices.startEnrolment', {
      label: `Tablette ${n + 1}`,
      kind: 'tablet',
    });
    await client.request('door.enrol', { code, publicKey: makePupilKey().publicKey });
    await client.request('join.takeSeat', {});
    clients.push(client);
  }
  const { lesson: seen } = await claire('classroom.state', {});
  return clients.map((client, n) => {
    const key = seen?.seats.find(({ label }) => label === `Tablette ${n + 1}`)?.key;
    if (!key) throw new Error('no seat');
    return { key, client };
  });
}
/** Claire's window, as its page answers: the board stands in it, and each change of it is told. */
async function board(outcome: 'shown' | 'blocked' = 'shown') {
  const window = 'claires-window';
  const shown: SeatKeyView[][] = [];
  const tell = (seats: SeatKeyView[], masked = false) =>
    claire('project.tell', {
      window,
      masked,
      ...(seats.length > 0 && { board: { seats, work: false, black: false } }),
    });
  await tell([]);
  const end = school.office.host.subscribe('claire', ({ name, payload }) => {
    if (name !== 'project.wanted') return;
    const wanted = payload as PayloadOf<StaffContract, 'project.wanted'>;
    if (wanted.window !== window) return;
    if (outcome === 'shown') shown.push(wanted.seats);
    void (outcome === 'shown' ? tell(wanted.seats) : Promise.resolve()).then(() =>
      claire('project.answer', { ask: wanted.ask, outcome }),
    );
  });
  onTestFinished(async () => {
    end();
    await awake();
    await tell([]);
  });
  return { shown, tell };
}

describe('a teacher’s own telephone', () => {
  it('is let in where the head allows it, by the digits on its owner’s screen, once', async () => {
    expect(await outcome(claire('remote.allow', { allowed: true }))).toBe('FORBIDDEN');
    await school.head('remote.allow', { allowed: false });
    expect(await outcome(claire('remote.startPairing', {}))).toBe('REMOTE_CLOSED');
    const { client } = await paired();
    expect(await client.request('remote.view', {})).toMatchObject({ person: 'Claire Roche' });
    expect((await claire('remote.state', {})).pairs).toMatchObject([{ label: 'Téléphone de Claire' }]);
    const second = await telephone();
    await second.hello();
    const again = { code: '000000', pin: PIN, label: 'x', publicKey: makePupilKey().publicKey };
    expect(await outcome(second.request('remote.pair', again))).toBe('REMOTE_CODE_WRONG');
  });

  it('takes no seat, hears of the lesson, locks and frees, calls nobody’s name that is not hers', async () => {
    const { client } = await paired();
    expect((await client.request('remote.view', {})).lesson).toBeUndefined();
    await lesson();
    await client.next('remote.changed');
    const { lesson: seen } = await client.request('remote.view', {});
    expect(seen).toMatchObject({ seats: [], attention: { on: false } });
    // Nor is it counted among the devices that nobody has introduced.
    expect((await claire('room.state', {})).unknown).toBe(0);
    await client.request('remote.attention', { on: true });
    const { lesson: on } = await claire('classroom.state', {});
    expect(on).toMatchObject({ attention: { on: true }, seats: [] });
    await client.request('remote.attention', { on: false });
    await client.request('remote.recess', { on: true });
    expect((await claire('classroom.state', {})).lesson?.recess).toBeDefined();
    await client.request('remote.recess', { on: false });
  });

  it('does nothing of a colleague’s lesson', async () => {
    const { client } = await paired();
    const marc = await school.enter('marc', school.people.marc, await school.account(school.people.marc));
    await marc('classroom.open', { class: school.classes.cp, mode: 'numbered' });
    onTestFinished(async () => void (await marc('classroom.close', {})));
    expect((await client.request('remote.view', {})).lesson).toBeUndefined();
    expect(await outcome(client.request('remote.attention', { on: true }))).toBe('FORBIDDEN');
    expect(await outcome(client.request('remote.roll', { class: school.classes.cp }))).toBe('FORBIDDEN');
  });

  it('sees how far each device is, and nothing of what is written on it', async () => {
    const { client } = await paired();
    await lesson();
    const [one, two] = await seated(2);
    await one?.client.request('lesson.activity', {
      screen: 'item',
      page: 2,
      pages: 3,
      strokes: 4,
      characters: 12,
      visible: true,
    });
    await two?.client.request('lesson.handUp', { up: true });
    const { lesson: seen } = await client.request('remote.view', {});
    expect(seen?.seats.map(({ name }) => name)).toEqual(['Tablette 1', 'Tablette 2']);
    expect(seen?.seats[0]?.doing).toEqual({ screen: 'item', page: 2, pages: 3, begun: true, done: false });
    expect(seen?.seats[1]?.handUpAt).toBeDefined();
    // As the poste's own wall: a number where names are hidden there.
    const { tell } = await board();
    await tell([], true);
    const { lesson: hidden } = await client.request('remote.view', {});
    expect(hidden?.masked).toBe(true);
    expect(hidden?.seats.map(({ number, name }) => [number, name])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
    await two?.client.close();
    await expect
      .poll(async () => (await client.request('remote.view', {})).lesson?.seats[1]?.presence)
      .not.toBe('here');
  });

  it('projects through its owner’s window, agrees with it, and stops what either began', async () => {
    const { client } = await paired();
    await lesson();
    const [one, two] = await seated(2);
    if (!one || !two) throw new Error('nobody sits');
    const { shown, tell } = await board();
    await client.request('remote.project', { seats: [one.key, two.key, one.key] });
    expect(shown).toEqual([[one.key, two.key]]);
    expect((await client.request('remote.view', {})).lesson?.board).toEqual({
      seats: [one.key, two.key],
      work: false,
      black: false,
    });
    await client.request('remote.project', { seats: [] });
    expect(shown).toEqual([[one.key, two.key], []]);
    expect((await client.request('remote.view', {})).lesson?.board).toBeUndefined();
    // Begun at the window: the telephone hears of it, and ends it; ended at the window, it is ended here.
    await tell([two.key]);
    await expect
      .poll(async () => (await client.request('remote.view', {})).lesson?.board?.seats)
      .toEqual([two.key]);
    await client.next('remote.changed');
    await client.request('remote.project', { seats: [] });
    expect(shown.at(-1)).toEqual([]);
    await tell([one.key]);
    await tell([]);
    expect((await client.request('remote.view', {})).lesson?.board).toBeUndefined();
    // Behind the lock of the computer the board goes on, and still answers.
    await tell([one.key]);
    school.office.host.lockScreens();
    expect((await claire('session.state', {})).screen?.locked).toBeDefined();
    await client.request('remote.project', { seats: [two.key] });
    expect(shown.at(-1)).toEqual([two.key]);
  });

  it('projects nothing without its code, for nobody who is not there, nor where no window may open', async () => {
    const { client, key, keyId } = await paired();
    const nobody = client.request('remote.project', { seats: ['visitor-1'] });
    expect(await outcome(nobody)).toBe('LESSON_NONE');
    await lesson();
    const [one] = await seated(1);
    if (!one) throw new Error('nobody sits');
    const wish = { seats: [one.key] };
    await client.request('remote.lock', {});
    expect(await outcome(client.request('remote.project', wish))).toBe('REMOTE_LOCKED');
    await client.request('remote.unlock', { pin: PIN });
    const { shown } = await board();
    for (const seats of [['visitor-99'], ['device_aaaaaaaaaaaaa'], ['__proto__'], [one.key, 'x']])
      expect(await outcome(client.request('remote.project', { seats }))).toBe('NOT_FOUND');
    for (const seats of [Array.from({ length: 7 }, () => one.key), ['x'.repeat(41)], [7], 'all'])
      expect(await outcome(client.request('remote.project', { seats } as never))).toBe('BAD_INPUT');
    // A child's tablet is no telephone, and a colleague's window answers for nobody.
    expect(await outcome(one.client.request('remote.project', wish))).toMatch(/DEVICE_UNKNOWN/);
    const marc = school.window('marc');
    await outcome(marc('project.answer', { ask: 'a'.repeat(12), outcome: 'shown' }));
    expect(shown).toEqual([]);
    await school.head('remote.allow', { allowed: false });
    expect(await outcome(client.request('remote.project', wish))).toBe('REMOTE_CLOSED');
    await school.head('remote.allow', { allowed: true });
    const back = await comesBack(key, keyId);
    expect(await outcome(back.request('remote.project', wish))).toBe('REMOTE_LOCKED');
  });

  it('says in a word why the board stays as it is', async () => {
    const { client } = await paired();
    await lesson();
    const [one] = await seated(1);
    if (!one) throw new Error('nobody sits');
    await board('blocked');
    expect(await outcome(client.request('remote.project', { seats: [one.key] }))).toBe('PROJECT_BLOCKED');
    // Stopping what nobody shows is done already.
    await client.request('remote.project', { seats: [] });
    school.office.host.closed('claire');
    await claire('session.signIn', { who: school.people.claire, password: school.OWN_PASSWORD });
    expect(await outcome(client.request('remote.project', { seats: [one.key] }))).toBe('PROJECT_NO_WINDOW');
  });

  it('calls the roll, and delivers what was called away from the school as it was', async () => {
    const { client, key, keyId } = await paired();
    const sheet = await client.request('remote.roll', { class: school.classes.cm1 });
    expect(sheet.lines.map(({ name }) => name)).toEqual(['Zoé']);
    // On the sports field there is no line; it is sent twice when it is back, because the first answer was lost.
    await client.close();
    const back = await comesBack(key, keyId);
    await back.request('remote.unlock', { pin: PIN });
    const roll = {
      class: school.classes.cm1,
      half: sheet.half,
      entries: sheet.lines.map(({ pupil, standing }) => ({
        pupil,
        state: 'absent' as const,
        replaces: standing,
      })),
      complete: true,
    };
    await back.request('remote.writeRoll', roll);
    await back.request('remote.writeRoll', roll);
    const written = await claire('register.sheet', { class: school.classes.cm1 });
    expect(written.lines).toMatchObject([{ state: 'absent', corrections: 0, rivals: [] }]);
    expect(written.done).toBeDefined();
  });

  it('asks for its code when it comes back, after ten minutes, and after it was put down', async () => {
    const { key, keyId } = await paired();
    const client = await comesBack(key, keyId);
    expect(await outcome(client.request('remote.view', {}))).toBe('REMOTE_LOCKED');
    await client.request('remote.unlock', { pin: PIN });
    await client.request('remote.view', {});
    await client.request('remote.lock', {});
    expect(await outcome(client.request('remote.view', {}))).toBe('REMOTE_LOCKED');
    await client.request('remote.unlock', { pin: PIN });
    // The page looks again whenever a lesson moves: that does not keep a telephone on a desk open.
    school.clock.now += 6 * 60_000;
    await client.request('remote.view', {});
    school.clock.now += 4 * 60_000;
    expect(await outcome(client.request('remote.view', {}))).toBe('REMOTE_LOCKED');
  });

  it('that was found answers to nobody who guesses: slower and slower, then never again', async () => {
    const { key, keyId } = await paired();
    const client = await comesBack(key, keyId);
    // All at once: counted before they are looked at.
    const guesses = await Promise.all(
      ['000000', '111111', '222222', '333333'].map((pin) =>
        outcome(client.request('remote.unlock', { pin })),
      ),
    );
    expect(guesses.filter((one) => one === 'PIN_WRONG')).toHaveLength(3);
    for (let n = 3; n < 10; n += 1) {
      expect(await outcome(client.request('remote.unlock', { pin: PIN }))).toBe('TRY_LATER');
      school.clock.now += 31_000;
      expect(await outcome(client.request('remote.unlock', { pin: '999999' }))).toBe(
        n < 9 ? 'PIN_WRONG' : 'DEVICE_REVOKED',
      );
    }
    school.clock.now += 31_000;
    await awake();
    expect((await claire('remote.state', {})).pairs).toEqual([]);
    expect(await outcome(comesBack(key, keyId))).toBe('REMOTE_CLOSED');
  });

  it('is nothing once its owner has signed out, the head says no, or its owner put it away', async () => {
    const { client, key, keyId } = await paired();
    await school.head('remote.allow', { allowed: false });
    expect(await outcome(client.request('remote.view', {}))).toBe('REMOTE_CLOSED');
    await school.head('remote.allow', { allowed: true });
    await client.request('remote.view', {});
    await claire('session.signOut', {});
    expect(await outcome(client.request('remote.view', {}))).toBe('REMOTE_CLOSED');
    expect(await outcome(comesBack(key, keyId))).toBe('REMOTE_CLOSED');
    await claire('session.signIn', { who: school.people.claire, password: school.OWN_PASSWORD });
    await client.request('remote.view', {});
    const [pair] = (await claire('remote.state', {})).pairs;
    if (!pair) throw new Error('no pair');
    await claire('remote.unpair', { id: pair.id });
    expect(await outcome(client.request('remote.view', {}))).toBe('DEVICE_REVOKED');
  });

  it('is not a child’s tablet, and a child’s tablet is not one', async () => {
    const { client, key, keyId } = await paired();
    await lesson();
    for (const method of ['join.lesson', 'join.takeSeat', 'lesson.state', 'door.prove'] as const)
      expect(await outcome(client.request(method, { signature: '' } as never))).toMatch(
        /DEVICE_UNKNOWN|BAD_INPUT/,
      );
    expect(await outcome(client.request('classroom.close' as 'join.lesson', {}))).not.toBe('done');
    const tablet = await telephone();
    await tablet.hello();
    const { code } = await school.head('devices.startEnrolment', { label: 'Tablette 3', kind: 'tablet' });
    await tablet.request('door.enrol', { code, publicKey: makePupilKey().publicKey });
    for (const method of ['remote.view', 'remote.attention', 'remote.unlock'] as const)
      expect(await outcome(tablet.request(method, { on: true, pin: PIN } as never))).toMatch(
        /DEVICE_UNKNOWN|BAD_INPUT/,
      );
    // Its own key opens it, and no proof of another moment does.
    const other = await telephone();
    const { challenge } = await other.hello();
    const stolen = key.prove(`${challenge}x`, other.origin);
    expect(await outcome(other.request('remote.enter', { keyId, signature: stolen }))).toBe('REMOTE_CLOSED');
  });
});
