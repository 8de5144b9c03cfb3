import { execFile, execFileSync } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckView } from '../../../src/contract/staff/check';
import { CLASS, openSchool, TEACHER, type TestSchool } from './school';

const check = (school: TestSchool) => school.classroom.tools.check;
const fetchText = (school: TestSchool, path: string, headers: Record<string, string> = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: school.door.plainPort, path, headers }, (answer) => {
      let text = '';
      answer.on('data', (piece: Buffer) => (text += piece.toString()));
      answer.on('end', () => resolve(text));
    }).on('error', reject);
  });

describe('« Vérifier ma salle »', () => {
  it('tests the poste’s own door, and every device from its side, with or without a lesson', async () => {
    const school = await openSchool();
    const { client, device } = await school.enrolled('Tablette 7');
    const first = await check(school).run(TEACHER);
    expect(first.poste).toMatchObject({
      addresses: ['127.0.0.1'],
      answers: true,
      clock: 'ok',
      portMoved: false,
    });
    expect(first.devices).toMatchObject([{ seat: device, cause: 'ok', testing: true }]);
    await client.next('check.run');
    await client.request('check.ping', {});
    expect((await client.request('check.piece', {})).text).toHaveLength(40_000);
    await client.request('check.report', { roundTrip: 900, kbit: 9_000, clock: Date.now(), secure: true });
    const slow = await school.heard.until<CheckView>(
      'check.changed',
      ({ devices }) => devices[0]?.testing === false,
    );
    expect(slow.devices[0]).toMatchObject({ cause: 'slow', roundTrip: 900 });
    await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
    await check(school).run(TEACHER);
    await client.request('check.report', {
      roundTrip: 5,
      kbit: 9_000,
      clock: 1_420_000_000_000,
      secure: true,
    });
    await school.heard.until<CheckView>('check.changed', ({ devices }) => devices[0]?.cause === 'wrong-date');
  });

  it('names the Wi-Fi point of the lesson’s cart where it is off, for who is not there', async () => {
    const cart = 'cart_aaaaaaaaaaaaa' as const;
    let dark = true;
    const nothing = () => Promise.resolve();
    const school = await openSchool({
      point: {
        lessonBegan: nothing,
        lessonEnded: nothing,
        entered: () => undefined,
        left: () => undefined,
        dark: (of) => dark && of === cart,
      },
    });
    const { client } = await school.enrolled('Tablette 7');
    const { device } = await school.enrolled('Tablette 8');
    await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal', cart });
    await client.close();
    const causes = async () =>
      Object.fromEntries((await check(school).run(TEACHER)).devices.map((one) => [one.seat, one.cause]));
    await expect.poll(async () => Object.values(await causes()).sort()).toEqual(['ok', 'point-off']);
    expect((await causes())[device]).toBe('ok');
    dark = false;
    expect(Object.values(await causes()).sort()).toEqual(['asleep', 'ok']);
  });

  it('is refused to who may open no lesson, and to a device that has not proved itself', async () => {
    const school = await openSchool();
    const nobody = { kind: 'staff', personId: 'staff_ccccccccccccc', grants: [] } as const;
    await expect(check(school).run(nobody)).rejects.toThrow('FORBIDDEN');
    const stranger = await school.connect();
    await stranger.hello();
    await expect(stranger.request('check.piece', {})).rejects.toThrow('DEVICE_UNKNOWN');
    await expect(
      stranger.request('check.report', { roundTrip: 1, kbit: 1, clock: 1, secure: true }),
    ).rejects.toThrow('DEVICE_UNKNOWN');
  });

  it('hears a browser that does not trust the school, one that is too old and one whose date is wrong', async () => {
    const school = await openSchool();
    await check(school).run(TEACHER);
    const noticed = (address: string) =>
      check(school)
        .run(TEACHER)
        .then(({ devices }) => devices.find((one) => one.address === address)?.cause);
    expect(await noticed('127.0.0.1')).toBeUndefined();
    // A device without the school's root: like a browser, it says so in an alert, and goes.
    const to = `127.0.0.1:${school.door.securePort}`;
    const peer = promisify(execFile)('openssl', ['s_client', '-connect', to, '-verify_return_error']);
    peer.child.stdin?.end();
    await expect(peer).rejects.toThrow();
    await expect.poll(() => noticed('127.0.0.1')).toBe('not-trusted');
    const host = `127.0.0.1:${school.door.plainPort}`;
    const old =
      'Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 Chrome/60.0.3112.90 Mobile Safari/537.36';
    expect(await fetchText(school, '/', { host, 'user-agent': old })).toContain('trop ancien');
    expect(await noticed('127.0.0.1')).toBe('old-browser');
    await fetchText(school, `/verifier.gif?off=${-11 * 365 * 86_400_000}&trust=0`, { host });
    expect(await noticed('127.0.0.1')).toBe('wrong-date');
    // Whatever it says, a page says nothing of anybody else and breaks nothing.
    await fetchText(school, '/verifier.gif?off=1e999&trust=%00&x=../../etc', { host });
    expect(await fetchText(school, '/verifier', { host })).toContain('Vérifier cet appareil');
    for (let n = 0; n < 400; n += 1)
      check(school).notice(`10.0.${n % 4}.${n % 250}`, { refusedCertificate: true });
    expect((await check(school).run(TEACHER)).devices.length).toBeLessThanOrEqual(200);
  });

  it('takes what an adult reads on a device', async () => {
    const school = await openSchool();
    const ask = (seen: Parameters<ReturnType<typeof check>['ask']>[1]['seen'], address?: string) =>
      check(school)
        .ask(TEACHER, { seen, address })
        .then(({ cause }) => cause);
    expect(await ask('no-wifi')).toBe('device-off-wifi');
    expect(await ask('old')).toBe('old-browser');
    expect(await ask('not-private')).toBe('not-trusted');
    expect(await ask('unreachable', '10.11.12.13')).toBe('other-network');
  });
});

const SPACES = ['poste', 'open', 'alone'].map((name) => `preau-c-${name}-${process.pid}`);
const [POSTE = '', OPEN = '', ALONE = ''] = SPACES;
const BRIDGE = `prb${process.pid % 100_000}`;
const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });
const IMPOSSIBLE = ((): string | undefined => {
  if (process.getuid?.() !== 0) return 'namespaces need root';
  try {
    ip('netns', 'add', `${POSTE}-try`);
    ip('-n', `${POSTE}-try`, 'link', 'add', 'b0', 'type', 'bridge');
    ip('netns', 'del', `${POSTE}-try`);
    return undefined;
  } catch {
    return 'this kernel makes no bridges in namespaces';
  }
})();

describe.skipIf(IMPOSSIBLE !== undefined)('a Wi-Fi point, its clients in namespaces', () => {
  const HUB = `${POSTE}-hub`;
  beforeAll(() => {
    for (const name of [HUB, ...SPACES]) ip('netns', 'add', name);
    ip('-n', HUB, 'link', 'add', BRIDGE, 'type', 'bridge');
    ip('-n', HUB, 'link', 'set', BRIDGE, 'up');
    SPACES.forEach((name, at) => {
      ip('link', 'add', 'e0', 'netns', name, 'type', 'veth', 'peer', 'name', `p${at}`, 'netns', HUB);
      ip('-n', HUB, 'link', 'set', `p${at}`, 'master', BRIDGE);
      ip('-n', HUB, 'link', 'set', `p${at}`, 'up');
      ip('-n', name, 'addr', 'add', `10.99.0.${at + 1}/24`, 'dev', 'e0');
      ip('-n', name, 'link', 'set', 'e0', 'up');
      ip('-n', name, 'link', 'set', 'lo', 'up');
    });
    // Client isolation: two isolated ports of a bridge do not hear each other.
    for (const port of ['p0', 'p2'])
      execFileSync('ip', ['netns', 'exec', HUB, 'bridge', 'link', 'set', 'dev', port, 'isolated', 'on']);
  });
  afterAll(() => {
    for (const name of [HUB, ...SPACES]) ip('netns', 'del', name);
  });

  it('client isolation, another network, and a tablet that is only asleep are told apart', async () => {
    const program = join(import.meta.dirname, 'reach.program.ts');
    const hooks = join(import.meta.dirname, '../../faults/resolve-ts.mjs');
    const node = ['--experimental-transform-types', '--no-warnings', '--import', hooks, program];
    const look = async (seen: string, ...addresses: string[]): Promise<string[]> => {
      const words = ['netns', 'exec', POSTE, process.execPath, ...node, '10.99.0.1', seen, ...addresses];
      const { stdout } = await promisify(execFile)('ip', words);
      return stdout.trim().split('\n');
    };
    expect([OPEN, ALONE]).not.toContain('');
    expect(await look('unreachable', '10.99.0.3', '10.44.0.3')).toEqual([
      expect.stringMatching(/^isolation (false|undefined)$/),
      'other-network false',
    ]);
    expect(await look('waiting', '10.99.0.2')).toEqual(['asleep true']);
  }, 30_000);
});

if (IMPOSSIBLE) it.skip(`a Wi-Fi point, its clients in namespaces: ${IMPOSSIBLE}`, () => undefined);
