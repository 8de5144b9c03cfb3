import { expect, it } from 'vitest';
import type { EventMessage } from '../contract/bridge';
import { PreauError } from '../domain/errors';
import type { Host } from './host';
import { createWorkplace } from './workplace';

/** A host that says its name while it is open, and once more while it closes. */
function talker(name: string): { host: Host; say: () => void } {
  const listeners = new Set<(event: EventMessage) => void>();
  const say = (): void => listeners.forEach((listener) => listener({ name, payload: {} }));
  const host: Pick<Host, 'request' | 'refusal' | 'subscribe' | 'closed' | 'close'> = {
    request: () => Promise.resolve({ ok: true, value: {} }),
    refusal: () => Promise.resolve(undefined),
    subscribe(_connection, listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    closed: () => undefined,
    close() {
      say();
      return Promise.resolve();
    },
  };
  return { host: host as Host, say };
}

it('windows hear the school they look at, not the one that closes', async () => {
  const demonstration = talker('demonstration');
  const own = talker('own');
  const workplace = await createWorkplace(
    (which) => Promise.resolve((which === 'own' ? own : demonstration).host),
    'demonstration',
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
  const { host } = talker('own');
  let closed = 0;
  const counted: Host = { ...host, close: () => Promise.resolve(void (closed += 1)) };
  let opens = true;
  const workplace = await createWorkplace(
    () => (opens ? Promise.resolve(counted) : Promise.reject(new PreauError('NEWER_DATA'))),
    'own',
  );
  opens = false;
  for (let times = 0; times < 2; times += 1)
    expect(await workplace.request('window', 'joinSchool.enter', {})).toEqual({
      ok: false,
      error: { code: 'NEWER_DATA', params: {} },
    });
  expect(closed).toBe(1);
  opens = true;
  expect((await workplace.request('window', 'joinSchool.enter', {})).ok).toBe(true);
  await workplace.close();
  expect(closed).toBe(2);
});
