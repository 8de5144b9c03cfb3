import type { EventMessage, Reply } from '../contract/bridge';
import { isPreauError } from '../domain/errors';
import type { Disposable } from './capability';
import { giveBackMemory } from './give-back-memory';
import type { Host } from './host';

/**
 * One poste, two possible schools: its own, or the demonstration. Windows keep their connection while the host behind
 * it is changed.
 */
export interface Workplace extends Disposable {
  request(connection: string, method: string, input: unknown): Promise<Reply>;
  subscribe(connection: string, listener: (event: EventMessage) => void): () => void;
  closed(connection: string): void;
  host(): Host;
}

export type WhichSchool = 'own' | 'demonstration';

const SWITCHES: Readonly<Record<string, WhichSchool>> = {
  'school.leaveDemonstration': 'own',
  'school.backToDemonstration': 'demonstration',
  'joinSchool.enter': 'own',
};
/** Opened again even where it is open: its keys and documents came while it was. */
const AGAIN = 'joinSchool.enter';

export async function createWorkplace(
  open: (which: WhichSchool) => Promise<Host>,
  first: WhichSchool,
): Promise<Workplace> {
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

  async function change(to: WhichSchool, again: boolean): Promise<void> {
    if (to === which && !again) return;
    // What a school says while it closes is not for the windows of the next one.
    for (const subscriber of subscribers) subscriber.end();
    if (!none) await host.close();
    none = true;
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
  }

  return {
    host: () => host,
    async request(connection, method, input) {
      const to = Object.hasOwn(SWITCHES, method) ? SWITCHES[method] : undefined;
      await switching?.catch(() => undefined);
      if (!to) return host.request(connection, method, input);
      const refused = none ? undefined : await host.refusal(connection, method);
      if (refused) return refused;
      switching = change(to, method === AGAIN).finally(() => (switching = undefined));
      try {
        await switching;
      } catch (error) {
        // Said to who asked: a request without an answer keeps its window waiting for ever.
        return isPreauError(error)
          ? { ok: false, error: { code: error.code, params: error.params } }
          : { ok: false, error: { code: 'INTERNAL', params: { reference: method } } };
      }
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
