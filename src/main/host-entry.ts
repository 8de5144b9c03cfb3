import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { toHostSchema, type FromHost, type PowerEvent, type StartOptions } from '../contract/host-messages';
import { isPreauError } from '../domain/errors';
import { openDemonstration } from '../demo';
import { createFileLogger } from './log/logger';
import { createBinaryDoor } from './doors/loopback/binary-door';
import { openLoopbackDoor, type LoopbackDoor } from './doors/loopback/server';
import { systemTimers } from './cart/timers';
import { createHost, type HostOptions } from './host';
import { rehearsalOf, schoolNetwork } from './school-network';
import { openSchoolsBook } from './schools-book';
import { createWorkplace, type Workplace } from './workplace';

/**
 * The host as a child process: of Electron (`utilityProcess`), of the stand-in (`fork`), or alone. It speaks JSON messages
 * with its parent and ends when their channel does, so that no port stays taken.
 */
const here = dirname(fileURLToPath(import.meta.url));
const RENDERERS = join(here, '..', 'renderer');

interface ParentPort {
  send(message: FromHost): void;
  listen(onMessage: (message: unknown) => void, onClose: () => void): void;
}

function parentPort(): ParentPort {
  const electron = (
    process as {
      parentPort?: {
        postMessage(m: unknown): void;
        on(e: 'message', f: (m: { data: unknown }) => void): void;
      };
    }
  ).parentPort;
  if (electron) {
    return {
      send: (message) => electron.postMessage(message),
      // Electron ends a utility process with its parent; there is no close event to wait for.
      listen: (onMessage) => electron.on('message', ({ data }) => onMessage(data)),
    };
  }
  return {
    send: (message) => void process.send?.(message),
    listen(onMessage, onClose) {
      process.on('message', onMessage);
      process.on('disconnect', onClose);
    },
  };
}

const parent = parentPort();
const subscriptions = new Map<string, () => void>();
let workplace: Workplace | undefined;
let door: LoopbackDoor | undefined;
/** Ends when the data is open, or when it was said why it cannot be. */
let starting: Promise<void> | undefined;

async function start(options: StartOptions): Promise<void> {
  // Of the poste and not of a school: what happens at its doors is worth reading when no school opens.
  const log = createFileLogger(join(options.dataFolder, 'poste'), Date.now);
  const binary = createBinaryDoor(randomBytes);
  const common: Pick<HostOptions, 'clock' | 'random' | 'binary'> = {
    clock: Date.now,
    random: randomBytes,
    binary,
  };
  const schools = await openSchoolsBook(options.dataFolder, randomBytes);
  // A place for one more school in which none was made: whoever left it there meets their own school again.
  await schools.prune();
  const openOwn = (key: string) =>
    createHost({
      ...common,
      dataFolder: schools.folder(key),
      keychain: options.keychain,
      demonstration: false,
      keys: {
        machineSecret: options.machineSecret ? Buffer.from(options.machineSecret, 'base64') : undefined,
      },
      outside: {
        timers: systemTimers,
        pupilFolder: join(RENDERERS, 'pupil'),
        ...schoolNetwork(rehearsalOf(process.env), log),
      },
    });
  const openDemo = () =>
    openDemonstration({
      ...common,
      dataFolder: join(options.dataFolder, 'demonstration'),
      pupilFolder: join(RENDERERS, 'pupil'),
    });
  const last = schools.last();
  workplace = await createWorkplace(
    {
      open: (which) => ('key' in which ? openOwn(which.key) : openDemo()),
      schools,
      leaves: (connection) => binary.area.forget(connection),
    },
    schools.has(last) || !options.demonstration ? { key: last } : { demonstration: true },
  );
  door = await openLoopbackDoor({
    host: workplace,
    tokens: binary.tokens,
    area: binary.area,
    media: binary.channel,
    random: randomBytes,
    log,
    windowOrigins: options.windowOrigins ?? [],
    ...(options.loopback ? { staffFolder: join(RENDERERS, 'staff') } : {}),
  });
  binary.listensAt(door.url);
  // A window needs the address alone, for its content policy; a link opens a browser tab.
  parent.send({ t: 'ready', loopbackUrl: options.loopback ? door.link() : door.url });
}

async function stop(): Promise<void> {
  await door?.close();
  await workplace?.close();
  process.exit(0);
}

function receive(raw: unknown): void {
  const message = v.parse(toHostSchema, raw);
  if (message.t === 'start') {
    starting = start(message.options).catch((error: unknown) => {
      parent.send({
        t: 'fatal',
        ...(isPreauError(error)
          ? { code: error.code, params: error.params }
          : { code: 'INTERNAL', params: { reference: String(error).slice(0, 200) } }),
      });
    });
  } else if (message.t === 'stop') {
    void stop();
  } else if (message.t === 'power') {
    void power(message.id, message.event);
  } else if (message.t === 'connectionClosed') {
    subscriptions.get(message.connection)?.();
    subscriptions.delete(message.connection);
    workplace?.closed(message.connection);
  } else {
    void answer(message);
  }
}

/** Sleep and the end of the computer wait for seconds at the most; whatever happens, they are answered. */
async function power(id: number, event: PowerEvent): Promise<void> {
  try {
    await starting;
    if (event === 'suspend') workplace?.host().lockScreens();
    const rooms = workplace?.host().rooms();
    await Promise.all([rooms?.charging.power(event), rooms?.exchange.sync.power(event)]);
  } finally {
    parent.send({ t: 'powerDone', id });
  }
}

/** The window does not wait for the data to be open: what it asks before that is answered then. */
async function answer({
  id,
  connection,
  method,
  input,
}: Extract<v.InferOutput<typeof toHostSchema>, { t: 'request' }>): Promise<void> {
  await starting;
  if (!workplace) {
    parent.send({ t: 'reply', id, reply: { ok: false, error: { code: 'STOPPING', params: {} } } });
    return;
  }
  if (!subscriptions.has(connection)) {
    subscriptions.set(
      connection,
      workplace.subscribe(connection, (event) => parent.send({ t: 'event', connection, ...event })),
    );
  }
  parent.send({ t: 'reply', id, reply: await workplace.request(connection, method, input) });
}

process.on('SIGTERM', () => void stop());
parent.listen(receive, () => void stop());
