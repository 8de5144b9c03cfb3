import * as v from 'valibot';
import type { EventMessage, Reply } from '../contract/bridge';
import { schoolsSubject, type Schools } from '../contract/staff/schools';
import { isPreauError, PreauError, type ErrorCode } from '../domain/errors';
import type { Disposable } from './capability';
import { giveBackMemory } from './give-back-memory';
import type { Host } from './host';
import type { SchoolsBook } from './schools-book';

/**
 * One poste, several possible schools: its own ones, one of them open at a time, or the demonstration. Windows keep their
 * connection while the host behind them is changed.
 */
export interface Workplace extends Disposable {
  request(connection: string, method: string, input: unknown): Promise<Reply>;
  subscribe(connection: string, listener: (event: EventMessage) => void): () => void;
  closed(connection: string): void;
  host(): Host;
}

/** The demonstration, or the key of a school of this poste. */
export type WhichSchool = { readonly demonstration: true } | { readonly key: string };
const DEMONSTRATION: WhichSchool = { demonstration: true };
const same = (a: WhichSchool, b: WhichSchool): boolean =>
  'key' in a ? 'key' in b && a.key === b.key : 'demonstration' in b;

export interface WorkplaceDeps {
  readonly open: (which: WhichSchool) => Promise<Host>;
  readonly schools: Pick<
    SchoolsBook,
    'keys' | 'last' | 'nameOf' | 'opened' | 'rename' | 'add' | 'prune' | 'has'
  >;
  /** What lies ready for that window (files, screens) is not for the next school's. */
  readonly leaves: (connection: string) => void;
}

type Change = { readonly to: WhichSchool; readonly again: boolean };

export async function createWorkplace(deps: WorkplaceDeps, first: WhichSchool): Promise<Workplace> {
  const { open, schools } = deps;
  let which = first;
  let host = await open(first);
  /** No school is open: neither the wanted one nor the one before could be. Asking again tries again. */
  let none = false;
  let switching: Promise<void> | undefined;
  const subscribers = new Set<{
    connection: string;
    listener: (event: EventMessage) => void;
    end: () => void;
  }>();

  async function change({ to, again }: Change): Promise<void> {
    if (same(to, which) && !again && !none) return;
    // What a school says while it closes is not for the windows of the next one.
    for (const subscriber of subscribers) subscriber.end();
    if (!none) await host.close();
    none = true;
    if (!same(to, which)) for (const { connection } of subscribers) deps.leaves(connection);
    // A school that has just arrived leaves its whole weight behind as garbage; the next host would be opened on top of it.
    giveBackMemory();
    try {
      host = await open(to);
      which = to;
      none = false;
    } catch (error) {
      // The school one came from is opened again: a failed change must not leave an empty window.
      host = await open(which);
      none = false;
      throw error;
    } finally {
      for (const subscriber of subscribers)
        subscriber.end = host.subscribe(subscriber.connection, subscriber.listener);
    }
    if ('key' in which) await schools.opened(which.key);
    await schools.prune('key' in which ? which.key : undefined);
  }

  /** The name of the open school is known here once somebody's key has opened it. */
  async function learnName(connection: string): Promise<{ fleeting: boolean }> {
    const reply = await host.request(connection, 'session.state', {});
    const state = v.safeParse(stateSchema, reply.ok ? reply.value : undefined);
    if (!state.success) return { fleeting: false };
    const { school, schoolName, keychain } = state.output;
    if ('key' in which && schoolName !== undefined && school === 'real')
      await schools.rename(which.key, schoolName);
    return { fleeting: school === 'provisional' && keychain !== 'os' };
  }

  function demandNoLesson(): void {
    if (host.rooms()?.classroom.running()) throw new PreauError('LESSON_OPEN_ALREADY');
  }

  /** Between the demonstration and the school. Any window may ask: not over a lesson with pupils in it. */
  function toOrFromDemonstration(to: WhichSchool): Promise<Change> {
    if ('key' in which) demandNoLesson();
    return Promise.resolve({ to, again: false });
  }

  /** To another school. Not over a lesson, nor from a class without a name that no keychain keeps. */
  async function toAnother(connection: string, key: string | undefined): Promise<Change> {
    const { fleeting } = await learnName(connection);
    if (fleeting) throw new PreauError('SCHOOL_UNNAMED');
    demandNoLesson();
    const made = key ?? (await schools.add());
    if (made === undefined) throw new PreauError('TOO_LARGE', { limit: schools.keys().length });
    if (!schools.keys().includes(made)) throw new PreauError('NOT_FOUND', { kind: 'school' });
    await learnName(connection);
    return { to: { key: made }, again: false };
  }

  async function list(connection: string): Promise<Schools> {
    await learnName(connection);
    return {
      schools: schools.keys().flatMap((key) => {
        const here = 'key' in which && which.key === key;
        if (!here && !schools.has(key)) return [];
        const name = schools.nameOf(key);
        return [{ key, ...(name === undefined ? {} : { name }), here }];
      }),
    };
  }

  /** The open school, opened again once it has noted that it goes on as a new poste. */
  async function anew(connection: string, input: unknown): Promise<Change> {
    demandNoLesson();
    const reply = await host.request(connection, 'postes.beginAnew', input);
    if (!reply.ok) throw new PreauError(reply.error.code, reply.error.params);
    return { to: which, again: true };
  }

  /** What is to be opened by that request; undefined where it is the host's own affair. */
  function changeFor(connection: string, method: string, input: unknown): Promise<Change> | undefined {
    switch (method) {
      case 'school.backToDemonstration':
        return toOrFromDemonstration(DEMONSTRATION);
      case 'school.leaveDemonstration':
        return toOrFromDemonstration({ key: schools.last() });
      case 'joinSchool.enter':
        // Opened again even where it is open: its keys and documents came while it was.
        return Promise.resolve({ to: { key: schools.last() }, again: true });
      case 'postes.beginAnew':
        return anew(connection, input);
      case 'schools.another':
        return toAnother(connection, undefined);
      case 'schools.open': {
        const parsed = v.safeParse(schoolsSubject.requests.open.input, input);
        if (!parsed.success) return Promise.reject(new PreauError('BAD_INPUT', { path: 'key' }));
        return toAnother(connection, parsed.output.key);
      }
      default:
        return undefined;
    }
  }

  return {
    host: () => host,
    async request(connection, method, input) {
      await switching?.catch(() => undefined);
      if (method !== 'schools.list' && !MINE.has(method)) return host.request(connection, method, input);
      const refused = await host.refusal(connection, method);
      if (refused) return refused;
      try {
        if (method === 'schools.list') return { ok: true, value: await list(connection) };
        const wanted = await changeFor(connection, method, input);
        // Two windows that ask at once: one after the other, each from where the other one left.
        while (switching) await switching.catch(() => undefined);
        if (wanted) {
          switching = change(wanted).finally(() => (switching = undefined));
          await switching;
        }
      } catch (error) {
        // Said to who asked: a request without an answer keeps its window waiting for ever.
        const code: ErrorCode = isPreauError(error) ? error.code : 'INTERNAL';
        return {
          ok: false,
          error: { code, params: isPreauError(error) ? error.params : { reference: method } },
        };
      }
      if (method === 'postes.beginAnew') return { ok: true, value: {} };
      return host.request(connection, 'session.state', {});
    },
    subscribe(connection, listener) {
      const subscriber = { connection, listener, end: host.subscribe(connection, listener) };
      subscribers.add(subscriber);
      return () => {
        subscribers.delete(subscriber);
        subscriber.end();
      };
    },
    closed: (connection) => host.closed(connection),
    async close() {
      await switching?.catch(() => undefined);
      if (!none) await host.close();
    },
  };
}

const MINE: ReadonlySet<string> = new Set([
  'school.leaveDemonstration',
  'school.backToDemonstration',
  'joinSchool.enter',
  'schools.open',
  'schools.another',
  'postes.beginAnew',
]);
const stateSchema = v.object({
  school: v.string(),
  schoolName: v.optional(v.string()),
  keychain: v.string(),
});
