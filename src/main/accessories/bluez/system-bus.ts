/**
 * The system's message bus through `dbus-native`, with the few things we ask of it: calls with a deadline, a live view of
 * BlueZ's objects, one exported object (the agent). Loaded at the first question and only on Linux.
 */
import { connect, type Socket } from 'node:net';
import type { MessageBus } from 'dbus-native';

export const BLUEZ = 'org.bluez';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** A daemon that is there answers at once; a socket that only accepts must not hold us. */
const OPEN_MS = 5_000;
/** Ordinary calls. Pairing has its own deadline. */
export const CALL_MS = 10_000;

export interface BusCall {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
  readonly timeoutMs?: number;
}

/** Properties by interface by object path, as BlueZ tells them: every value is unproven. */
export type ObjectTree = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
>;

export interface SystemBus {
  call(call: BusCall): Promise<unknown>;
  set(path: string, of: string, property: string, signature: string, value: unknown): Promise<void>;
  /** BlueZ's objects, kept current; `changed` at each change, `gone` when BlueZ or the bus ends. @throws DBusError */
  objects(changed: () => void, gone: () => void): Promise<() => ObjectTree>;
  readonly bus: MessageBus;
  close(): Promise<void>;
}

/** `unix:path=…` as the environment gives it, else where Debian, Fedora and Ubuntu put it. */
export function systemBusPath(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = /^unix:path=([^,;]+)/.exec(env['DBUS_SYSTEM_BUS_ADDRESS'] ?? '')?.[1];
  return given ?? '/run/dbus/system_bus_socket';
}

/** @throws Error when nobody answers at that path within 5 s */
export async function openSystemBus(path = systemBusPath()): Promise<SystemBus> {
  const { createClient } = await import('dbus-native');
  const stream = await connected(path);
  const bus = createClient({ stream, authMethods: ['EXTERNAL'], timeout: CALL_MS });
  const ended: (() => void)[] = [];
  // Without a listener an error of the transport would end the process; the end itself is heard below.
  bus.connection.on('error', () => undefined);
  bus.connection.on('handlerError', () => undefined);
  bus.connection.on('close', () => {
    for (const tell of ended.splice(0)) tell();
  });
  await greeted(bus, stream);

  const call = async ({ timeoutMs, body, ...message }: BusCall): Promise<unknown> => {
    const { interface: of, ...where } = message;
    return bus.invoke(
      { destination: BLUEZ, ...where, interface: of, ...(body ? { body: [...body] } : {}) },
      { timeout: timeoutMs ?? CALL_MS },
    );
  };
  return {
    bus,
    call,
    async set(path, of, property, signature, value) {
      await call({
        path,
        interface: PROPERTIES,
        member: 'Set',
        signature: 'ssv',
        body: [of, property, [signature, value]],
      });
    },
    async objects(changed, gone) {
      const view = await bus.objects(BLUEZ, '/');
      for (const event of ['added', 'removed', 'changed']) view.on(event, changed);
      view.on('stale', gone);
      ended.push(gone);
      return () => view.objects;
    },
    close: () => bus.close(),
  };
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const stream = connect(path);
    stream.once('error', reject);
    stream.once('connect', () => {
      stream.off('error', reject);
      resolve(stream);
    });
  });
}

/**
 * The greeting has its own deadline, shorter than the library's: there a greeting that runs out of time throws where
 * nobody can catch it.
 */
async function greeted(bus: MessageBus, stream: Socket): Promise<void> {
  const timer = setTimeout(() => stream.destroy(new Error('the bus does not answer')), OPEN_MS);
  try {
    await bus.invokeDbus({ member: 'GetId' }, { timeout: OPEN_MS + 1_000 });
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
