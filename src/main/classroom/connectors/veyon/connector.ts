import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Id } from '../../../../domain/id';
import { Impossible } from '../failure';
import { createRemote, type CommandContext, type RemoteConnector, type RemoteDeps } from '../remote';
import type { Ability, Command, Outcome, VeyonKey } from '../port';
import type { RfbSession } from '../rfb/session';
import { looksLocked, moved } from './locked';
import { feature } from './wire';

const ABILITIES: readonly Ability[] = [
  'screen',
  'lock',
  'message',
  'open-page',
  'start-app',
  'demo',
  'power',
  'wake',
  'help',
];
/** Numbers of Veyon's commands and arguments (4.x). */
const START = 0;
const STOP = 1;
const START_DEMO_CLIENT = 2;
const STOP_DEMO_CLIENT = 3;
const INFORMATION = 1;
const DEMO_TOKEN = '0';
const DEMO_HOST = '3';
const DEMO_PORT = '4';
/** veyon-server 11100, its demo server 11400: the one follows from the other where a school moved both. */
const DEMO_OFFSET = 300;
/** Share of the places of a screen that differ once something large is shown. */
const ANOTHER = 0.1;
/** What was asked is looked for in the picture this long, ms, and so often. */
const LOOK = 2_500;
const LOOK_EVERY = 250;

/** Computers with Veyon (4.x), spoken to as its own master does. `key`: the school's, undefined until it was imported. */
export function createVeyon(
  deps: RemoteDeps & { readonly key: () => VeyonKey | undefined },
): RemoteConnector {
  const before = new Map<Id<'device'>, Uint8Array>();
  return createRemote(deps, {
    kind: 'veyon',
    abilities: ABILITIES,
    way() {
      const key = deps.key();
      if (!key) throw new Impossible('no-key');
      return { key };
    },
    async perform(session, command, context) {
      if (command.do === 'lock') return lock(session, command.on, context.device);
      if (command.do === 'demo') return demo(session, command, context);
      if (command.do === 'help') {
        session.input(command.input);
        await session.ping();
        return { state: 'done' };
      }
      const bytes = bytesOf(command);
      if (!bytes) return { state: 'impossible', why: 'not-supported' };
      session.send(bytes);
      // It has read what it was sent once it answers what was asked behind it. A PC that is going down may not.
      if (command.do === 'power') return { state: 'done' };
      await session.ping();
      return { state: 'done' };
    },
  });

  /**
   * Veyon 4.7.5 believes itself that its lock is on while X11 shows the pupil's screen (its window is unmapped): only the picture
   * says what a child sees.
   */
  async function lock(session: RfbSession, on: boolean, device: Id<'device'>): Promise<Outcome> {
    if (!on) {
      before.delete(device);
      session.send(feature('lock', STOP));
      await session.ping();
      return { state: 'done' };
    }
    const free = before.get(device) ?? (await session.marks());
    before.set(device, free);
    session.send(feature('lock', START));
    return { state: (await sees(session, (now) => looksLocked(free, now))) ? 'done' : 'asked' };
  }

  async function demo(
    session: RfbSession,
    { from, window: inWindow }: Extract<Command, { do: 'demo' }>,
    { place, other }: CommandContext,
  ): Promise<Outcome> {
    if (from === undefined) {
      session.send(feature('demoWindow', STOP_DEMO_CLIENT));
      session.send(feature('demoFullScreen', STOP_DEMO_CLIENT));
      session.send(feature('demoServer', STOP));
      await session.ping();
      return { state: 'done' };
    }
    const source = place(from);
    if (!source) return { state: 'impossible', why: 'unreachable' };
    const port = { int: source.port + DEMO_OFFSET };
    const token = { bytes: Buffer.from(tokenFor(from)) };
    const started = await other(from, async (at) => {
      at.send(feature('demoServer', START, { [DEMO_TOKEN]: token, [DEMO_PORT]: port }));
      await at.ping();
      return { state: 'done' };
    });
    if (started.state !== 'done') return started;
    const args = { [DEMO_TOKEN]: token, [DEMO_HOST]: { text: source.host }, [DEMO_PORT]: port };
    const calm = await session.marks();
    if (!inWindow) {
      session.send(feature('demoFullScreen', START_DEMO_CLIENT, args));
      if (await sees(session, (now) => moved(calm, now) > ANOTHER)) return { state: 'done' };
      // The same trap as the lock's: on X11 its window is not mapped. The one that can be moved is.
      session.send(feature('demoFullScreen', STOP_DEMO_CLIENT));
    }
    session.send(feature('demoWindow', START_DEMO_CLIENT, args));
    return { state: (await sees(session, (now) => moved(calm, now) > ANOTHER)) ? 'done' : 'asked' };
  }

  /** Looks at the picture until it is as expected; false when it is not in time. */
  async function sees(session: RfbSession, expected: (marks: Uint8Array) => boolean): Promise<boolean> {
    const until = deps.clock() + LOOK;
    for (;;) {
      if (expected(await session.marks())) return true;
      if (deps.clock() >= until) return false;
      await pause(LOOK_EVERY);
    }
  }
}

/** One token for each source while the poste runs: all who look at it show the same. */
const tokens = new Map<Id<'device'>, string>();
function tokenFor(device: Id<'device'>): string {
  const token = tokens.get(device) ?? randomUUID();
  tokens.set(device, token);
  return token;
}

function bytesOf(command: Command): Buffer | undefined {
  switch (command.do) {
    case 'message':
      return feature('message', START, { '0': { text: command.text }, '1': { int: INFORMATION } });
    case 'open-page':
      return feature('openWebsite', START, { '1': { text: command.url } });
    case 'start-app':
      return feature('startApp', START, { '0': { texts: [command.program] } });
    case 'power':
      return feature(command.how === 'off' ? 'powerOff' : 'reboot', START);
    default:
      return undefined;
  }
}
