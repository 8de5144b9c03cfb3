import { PreauError } from '../../../domain/errors';
import { afterWrong, NO_TRIES, secondsToWait, type Tries } from '../../../domain/device/tries';
import type { DeviceRecord } from '../../../domain/device/device';
import type { Handlers } from '../../../contract/define';
import { PUPIL_PROTOCOL, type PupilContract } from '../../../contract/pupil';
import { sessionOf, type DoorConnection } from './connection';
import { remoteRoutes } from './remote-routes';
import type { LanDoorDeps } from './deps';

/** Above this a clock is told off, ms. */
const CLOCK_OFF = 5 * 60_000;

type PupilHandlers = { readonly [S in keyof PupilContract]: Handlers<PupilContract[S], DoorConnection> };

/** The pupil contract, answered for one connection at a time. What each request may do is judged in the classroom. */
export function pupilRoutes(deps: LanDoorDeps): PupilHandlers {
  const room = () => deps.gate.tools.room;
  return {
    door: doorRoutes(deps),
    join: {
      lesson: (c) => sessionOf(c).joinLesson(),
      pupils: (c) => sessionOf(c).joinPupils(),
      signIn: (c, input) => sessionOf(c).signIn(input),
      takeSeat: (c) => sessionOf(c).takeSeat(),
      async leave(c, { pupil }) {
        await sessionOf(c).leave(pupil);
        return {};
      },
    },
    lesson: {
      state: (c) => sessionOf(c).state(),
      activity: (c, activity) => done(sessionOf(c).activity(activity)),
      handUp: (c, { up }) => done(sessionOf(c).handUp(up)),
      battery: (c, { percent, charging }) => done(sessionOf(c).battery(percent, charging)),
      async outcome(c, input) {
        await sessionOf(c).outcome(input);
        return {};
      },
      attentionShown: (c, { on }) => done(sessionOf(c).attentionShown(on)),
      upload: (c, input) => sessionOf(c).upload(input),
      handIn: (c, input) => sessionOf(c).handIn(input),
      collected: (c, input) => done(sessionOf(c).collected(input)),
      shareScreen: (c, input) => done(sessionOf(c).shareScreen(input)),
    },
    internet: {
      state: () => ({ mode: deps.gate.tools.internet.mode() }),
    },
    recess: {
      state: (c) => deps.gate.tools.recess.stateFor(sessionOf(c).seat),
      shown: (c, { on }) => done(deps.gate.tools.recess.shown(sessionOf(c).seat, on)),
    },
    clean: {
      state: (c) => deps.gate.tools.clean.stateFor(sessionOf(c).seat),
      done: (c, { left }) => done(deps.gate.tools.clean.done(sessionOf(c).seat, left)),
    },
    poll: {
      state: (c) => deps.gate.tools.poll.stateFor(sessionOf(c).seat),
      async answer(c, said) {
        await deps.gate.tools.poll.answer(sessionOf(c).seat, said);
        return {};
      },
    },
    notes: {
      shelf: (c, { before }) => deps.gate.tools.notes.shelf.list(sessionOf(c).seat, before),
      open: (c, { id }) => deps.gate.tools.notes.shelf.open(sessionOf(c).seat, id),
    },
    room: {
      greeting: (c) => room().greeting(sessionOf(c).seat),
      state: (c) => room().arrived(sessionOf(c).seat),
      share: (c, { of, turn }) => room().share(sessionOf(c).seat, of, turn),
      keep: (c, input) => done(room().keep(sessionOf(c).seat, input)),
      drop: (c, of) => done(room().drop(sessionOf(c).seat, of)),
      begun: (c, of) => room().begun(sessionOf(c).seat, of),
      page: (c, of) => room().page(sessionOf(c).seat, of),
    },
    device: {
      tell: (c, said) => deps.gate.tools.apps.computers.tell(sessionOf(c).seat, said),
      settled: (c, said) => done(deps.gate.tools.apps.computers.settled(sessionOf(c).seat, said)),
      ran: (c, said) => done(deps.gate.tools.apps.computers.ran(sessionOf(c).seat, said)),
    },
    remote: remoteRoutes(deps),
    show: {
      state: (c) => deps.gate.tools.show.stateFor(sessionOf(c).seat),
      keyFrame: (c) => done(deps.gate.tools.show.keyFrame(sessionOf(c).seat)),
    },
    talk: {
      state: (c) => deps.gate.tools.talk.stateFor(sessionOf(c).seat),
      async write(c, message) {
        await deps.gate.tools.talk.write(sessionOf(c).seat, message);
        return {};
      },
      listened: (c, { state }) => done(deps.gate.tools.talk.listened(sessionOf(c).seat, state)),
    },
    check: {
      ping: () => deps.gate.tools.check.ping(),
      piece: () => deps.gate.tools.check.piece(),
      report: (c, report) => done(deps.gate.tools.check.report(sessionOf(c).seat, report)),
    },
    homework: {
      list: async (c, input) => deps.homework.list(sessionOf(c).actor(), input),
    },
  };
}

function doorRoutes(deps: LanDoorDeps): PupilHandlers['door'] {
  const { clock, devices, gate } = deps;
  const tries = createTries(clock);
  function enter(
    connection: DoorConnection,
    device: DeviceRecord,
  ): { id: DeviceRecord['id']; label: string } {
    if (!connection.hello) throw new PreauError('BAD_INPUT', { path: 'hello' });
    connection.device = device;
    gate.tools.room.knockedOff(connection.link);
    connection.session ??= gate.connect(device, connection.hello.capabilities, connection.link);
    return { id: device.id, label: device.label };
  }
  return {
    hello(connection, { protocol, capabilities, keyId, clock: theirs }) {
      if (protocol > PUPIL_PROTOCOL)
        throw new PreauError('PROTOCOL_TOO_OLD', { ours: PUPIL_PROTOCOL, theirs: protocol });
      if (connection.session) throw new PreauError('BAD_INPUT', { path: 'hello' });
      connection.hello = { capabilities, keyId };
      connection.challenge = devices.challenge();
      const off = Math.round(clock() - theirs);
      const known = connection.door === 'secure' && keyId !== undefined && devices.knows(keyId);
      if (connection.door === 'secure' && !known) gate.tools.room.knocked(connection.link);
      return {
        protocol: PUPIL_PROTOCOL,
        poste: deps.posteName(),
        challenge: connection.challenge,
        known,
        now: clock(),
        ...(Math.abs(off) > CLOCK_OFF && { clockOff: off }),
      };
    },
    prove(connection, { signature }) {
      const { challenge, hello, origin } = connection;
      connection.challenge = undefined;
      if (!challenge || !hello?.keyId) throw new PreauError('DEVICE_UNKNOWN');
      return {
        device: enter(connection, devices.prove({ keyId: hello.keyId, challenge, origin, signature })),
      };
    },
    async enrol(connection, { code, publicKey, label }) {
      if (!connection.hello) throw new PreauError('BAD_INPUT', { path: 'hello' });
      if (connection.session) throw new PreauError('BAD_INPUT', { path: 'enrol' });
      const enrolled = await tries.judge(connection.address, 'ENROLMENT_WRONG', () =>
        devices.enrol({ code, publicKey, label, origin: connection.origin }),
      );
      return { device: enter(connection, enrolled.device), keyId: enrolled.keyId };
    },
    visit(connection, { code }) {
      if (!connection.hello) throw new PreauError('BAD_INPUT', { path: 'hello' });
      if (connection.session) throw new PreauError('BAD_INPUT', { path: 'visit' });
      const { capabilities } = connection.hello;
      const { address, link } = connection;
      const visit = gate.visit({ code, address }, capabilities, link);
      connection.session = visit.session;
      return { number: visit.number };
    },
    bye(connection) {
      connection.session?.closed(true);
      connection.remote?.closed();
      connection.remote = undefined;
      // The line may stay; who it was does not: a revocation looks for devices that are here.
      connection.session = undefined;
      connection.device = undefined;
      return {};
    },
  };
}

const done = (_: unknown): Record<string, never> => ({});

/** Wrong codes cost time by address, whatever connection they come through. */
function createTries(clock: () => number) {
  const held = new Map<string, Tries>();
  return {
    async judge<T>(address: string, wrong: 'ENROLMENT_WRONG', attempt: () => Promise<T>): Promise<T> {
      const before = held.get(address) ?? NO_TRIES;
      const seconds = secondsToWait(before, clock());
      if (seconds > 0) throw new PreauError('TRY_LATER', { seconds });
      try {
        const result = await attempt();
        held.delete(address);
        return result;
      } catch (error) {
        if (error instanceof PreauError && error.code === wrong) {
          if (held.size >= 500) held.delete(held.keys().next().value ?? '');
          held.set(address, afterWrong(held.get(address) ?? NO_TRIES, clock()));
        }
        throw error;
      }
    },
  };
}
