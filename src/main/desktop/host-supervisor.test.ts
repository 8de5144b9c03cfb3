import { describe, expect, it, vi } from 'vitest';
import type { StartOptions, ToHost } from '../../contract/host-messages';
import type { HostListeners } from './host-process';

vi.mock('electron', () => ({ app: {}, dialog: {}, utilityProcess: {} }));
const { HostSupervisor } = await import('./host-supervisor');

const options: StartOptions = {
  dataFolder: 'unused',
  keychain: 'absent',
  loopback: false,
  demonstration: true,
  locale: 'fr',
};

function setUp() {
  const launches: { sent: ToHost[]; listeners: HostListeners }[] = [];
  const failures: unknown[] = [];
  let now = 0;
  const supervisor = new HostSupervisor(
    options,
    (listeners) => {
      const sent: ToHost[] = [];
      launches.push({ sent, listeners });
      return { send: (message) => sent.push(message), kill: () => listeners.exit(1) };
    },
    (error) => failures.push(error),
    () => now,
  );
  const latest = () => {
    const launch = launches.at(-1);
    if (!launch) throw new Error('nothing was started');
    return launch;
  };
  return { supervisor, launches, failures, latest, advance: (ms: number) => (now += ms) };
}

describe('the host process', () => {
  it('is asked by number and answers each', async () => {
    const { supervisor, latest } = setUp();
    const starting = supervisor.start();
    const { sent, listeners } = latest();
    expect(sent).toEqual([{ t: 'start', options }]);
    listeners.message({ t: 'ready', loopbackUrl: 'http://127.0.0.1:1/#code' });
    await starting;
    expect(supervisor.loopbackUrl).toBe('http://127.0.0.1:1/#code');
    const first = supervisor.request('w', 'a.b', 1);
    const second = supervisor.request('w', 'a.c', 2);
    listeners.message({ t: 'reply', id: 2, reply: { ok: true, value: 'two' } });
    listeners.message({ t: 'reply', id: 1, reply: { ok: true, value: 'one' } });
    expect([await first, await second]).toEqual([
      { ok: true, value: 'one' },
      { ok: true, value: 'two' },
    ]);
  });

  it('waits for the host before the computer sleeps, and not for one that is gone', async () => {
    const { supervisor, latest } = setUp();
    const starting = supervisor.start();
    const { sent, listeners } = latest();
    listeners.message({ t: 'ready' });
    await starting;
    const sleeping = supervisor.power('suspend');
    expect(sent.at(-1)).toEqual({ t: 'power', id: 1, event: 'suspend' });
    listeners.message({ t: 'powerDone', id: 1 });
    await sleeping;
    const ending = supervisor.power('shutdown');
    listeners.exit(1);
    await ending;
  });

  it('says why it cannot start', async () => {
    const { supervisor, latest, launches } = setUp();
    const starting = supervisor.start();
    latest().listeners.message({ t: 'fatal', code: 'STORE_LOCKED', params: {} });
    latest().listeners.exit(1);
    await expect(starting).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    expect(launches).toHaveLength(1);
  });

  it('is restarted when it dies, and those who waited are answered', async () => {
    const { supervisor, latest, launches, failures } = setUp();
    const starting = supervisor.start();
    latest().listeners.message({ t: 'ready' });
    await starting;
    const restarted = new Promise<void>((resolve) => supervisor.onRestart(resolve));
    const waiting = supervisor.request('w', 'a.b', null);
    latest().listeners.exit(139);
    expect(await waiting).toEqual({ ok: false, error: { code: 'STOPPING', params: {} } });
    latest().listeners.message({ t: 'ready' });
    await restarted;
    expect(launches).toHaveLength(2);
    expect(failures).toEqual([]);
  });

  it('gives up after three crashes in a minute, and not after three in a day', async () => {
    const { supervisor, latest, launches, failures, advance } = setUp();
    const crash = () => {
      latest().listeners.message({ t: 'ready' });
      latest().listeners.exit(1);
    };
    supervisor.start().catch(() => undefined);
    crash();
    advance(61_000);
    crash();
    advance(61_000);
    crash();
    expect(failures).toEqual([]);
    crash();
    crash();
    expect(failures).toMatchObject([{ code: 'CRASHED' }]);
    expect(launches).toHaveLength(5);
  });

  it('is stopped before the application ends', async () => {
    const { supervisor, latest, launches } = setUp();
    const starting = supervisor.start();
    latest().listeners.message({ t: 'ready' });
    await starting;
    const stopping = supervisor.stop();
    expect(latest().sent.at(-1)).toEqual({ t: 'stop' });
    latest().listeners.exit(0);
    await stopping;
    expect(supervisor.stopped).toBe(true);
    expect(launches).toHaveLength(1);
  });

  it('says nothing when the person stops the application while it starts', async () => {
    const { supervisor, latest, failures } = setUp();
    const outcome = vi.fn();
    supervisor.start().then(outcome, outcome);
    const stopping = supervisor.stop();
    latest().listeners.exit(0);
    await stopping;
    expect(outcome).not.toHaveBeenCalled();
    expect(failures).toEqual([]);
  });
});
