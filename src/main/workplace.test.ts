import { expect, it } from 'vitest';
import type { EventMessage } from '../contract/bridge';
import { PreauError } from '../domain/errors';
import type { Host } from './host';
import { createWorkplace, type WhichSchool, type WorkplaceDeps } from './workplace';

/** A host that says its name while it is open, and once more while it closes. */
function talker(name: string, state: object = { school: 'real', schoolName: name, keychain: 'os' }) {
  const listeners = new Set<(event: EventMessage) => void>();
  const say = (): void => listeners.forEach((listener) => listener({ name, payload: {} }));
  let closed = 0;
  const host: Pick<Host, 'request' | 'refusal' | 'subscribe' | 'closed' | 'close' | 'rooms'> = {
    request: () => Promise.resolve({ ok: true, value: state }),
    refusal: () => Promise.resolve(undefined),
    subscribe(_connection, listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    closed: () => undefined,
    rooms: () => undefined,
    close() {
      closed += 1;
      say();
      return Promise.resolve();
    },
  };
  return { host: host as Host, say, closed: () => closed };
}
function schools(): WorkplaceDeps['schools'] & { readonly names: Map<string, string> } {
  const names = new Map<string, string>();
  const keys = ['school'];
  let last = 'school';
  return {
    names,
    keys: () => keys,
    has: (key) => names.has(key),
    last: () => last,
    nameOf: (key) => names.get(key),
    opened: (key) => Promise.resolve(void (last = key)),
    rename: (key, name) => Promise.resolve(void names.set(key, name)),
    add: () => Promise.resolve(keys[keys.push('aaaaaaaaaaaaa') - 1]),
    prune: () => Promise.resolve(),
  };
}
const deps = (open: WorkplaceDeps['open']): WorkplaceDeps => ({
  open,
  schools: schools(),
  leaves: () => undefined,
});
const DEMONSTRATION: WhichSchool = { demonstration: true };
const OWN: WhichSchool = { key: 'school' };

it('windows hear the school they look at, not the one that closes', async () => {
  const demonstration = talker('demonstration');
  const own = talker('own');
  const workplace = await createWorkplace(
    deps((which) => Promise.resolve(('key' in which ? own : demonstration).host)),
    DEMONSTRATION,
  );
  const heard: string[] = [];
  workplace.subscribe('window', ({ name }) => heard.push(name));
  demonstration.say();
  await workplace.request('window', 'school.leaveDemonstration', {});
  demonstration.say();
  own.say();
  expect(heard).toEqual(['demonstration', 'own']);
});

it('a school that cannot be opened is said to who asked, and is tried again when asked again', async () => {
  const { host, closed } = talker('own');
  let opens = true;
  const workplace = await createWorkplace(
    deps(() => (opens ? Promise.resolve(host) : Promise.reject(new PreauError('NEWER_DATA')))),
    OWN,
  );
  opens = false;
  for (let times = 0; times < 2; times += 1)
    expect(await workplace.request('window', 'joinSchool.enter', {})).toEqual({
      ok: false,
      error: { code: 'NEWER_DATA', params: {} },
    });
  expect(closed()).toBe(1);
  opens = true;
  expect((await workplace.request('window', 'joinSchool.enter', {})).ok).toBe(true);
  await workplace.close();
  expect(closed()).toBe(2);
});

it('goes from one school to another and back, one open at a time, and knows their names', async () => {
  const open = new Map<string, ReturnType<typeof talker>>();
  const left: string[] = [];
  const workplace = await createWorkplace(
    {
      ...deps((which) => {
        const key = 'key' in which ? which.key : 'demonstration';
        const made = talker(key === 'school' ? 'Les Tilleuls' : 'Le Val');
        open.set(key, made);
        return Promise.resolve(made.host);
      }),
      leaves: (connection) => left.push(connection),
    },
    OWN,
  );
  workplace.subscribe('window', () => undefined);
  expect((await workplace.request('window', 'schools.another', {})).ok).toBe(true);
  expect(open.get('school')?.closed()).toBe(1);
  expect(left).toEqual(['window']);
  expect(await workplace.request('window', 'schools.list', {})).toEqual({
    ok: true,
    value: {
      schools: [
        { key: 'school', name: 'Les Tilleuls', here: false },
        { key: 'aaaaaaaaaaaaa', name: 'Le Val', here: true },
      ],
    },
  });
  // Where somebody is going twice at once, each school is opened once.
  const both = ['one', 'other'].map((window) => workplace.request(window, 'schools.open', { key: 'school' }));
  expect((await Promise.all(both)).every(({ ok }) => ok)).toBe(true);
  expect(open.get('aaaaaaaaaaaaa')?.closed()).toBe(1);
  expect(open.get('school')?.closed()).toBe(0);
  for (const key of ['../etc', 'bbbbbbbbbbbbb', undefined])
    expect((await workplace.request('window', 'schools.open', { key })).ok).toBe(false);
});

it('does not leave a class without a name that no keychain keeps', async () => {
  const { host } = talker('own', { school: 'provisional', keychain: 'absent' });
  const workplace = await createWorkplace(
    deps(() => Promise.resolve(host)),
    OWN,
  );
  expect(await workplace.request('window', 'schools.another', {})).toEqual({
    ok: false,
    error: { code: 'SCHOOL_UNNAMED', params: {} },
  });
});
