import { randomBytes } from 'node:crypto';
import type { LessonItem } from '../../contract/pupil/lesson';
import type { PupilCard } from '../../contract/pupil/join';
import { idFrom } from '../../domain/id';
import type { Timers } from '../../main/cart/timers';
import { answersTo } from './answer-poll';
import { CALM, receive, step, temperOf, type Child } from './behaviour';
import { connectPupil, type PupilClient } from './client';
import type { SimulatedComputer } from './computer';
import type { PupilKey } from './keys';
import { lockPicture } from './lock-picture';
import { createScreenPlayer } from './screen-player';
import { seeded } from '../hub/random';

export interface SimulatedDevice {
  /** From 0; also which child of the class sits here. */
  readonly index: number;
  readonly kind: 'tablet' | 'computer';
  readonly key: PupilKey;
  readonly keyId: string;
  /** In pupil mode; a tablet and a plain browser are not. */
  readonly computer?: SimulatedComputer;
  /** Of a device that stands in the cart's charging hub, 0 to 100; of another, its own is invented. */
  readonly battery?: () => number | undefined;
}
export interface PupilWorld {
  readonly origin: string;
  readonly root: string;
  readonly timers: Timers;
  readonly seed: number;
}

/** Between two things a child does, ms. */
const TICK = 1_500;
const RECONNECT = 1_000;

/** One invented child at one device, over the true door. Comes back by itself when the line is lost. */
export function simulatePupil(device: SimulatedDevice, world: PupilWorld): { close(): Promise<void> } {
  const { timers } = world;
  const random = seeded(world.seed * 1000 + device.index);
  const temper = temperOf(device.index, random);
  let child: Child = CALM;
  let client: PupilClient | undefined;
  let me: PupilCard | undefined;
  let closed = false;
  let locked = false;
  let cancel: (() => void) | undefined;
  let unplugged = 35 + Math.floor(random() * 60);
  const player = createScreenPlayer(timers, (chunk) => client?.sendScreen(chunk), device.index * 7);

  const tell = (act: (line: PupilClient) => Promise<unknown>): void => {
    // A lost line is noticed by its own event; what was not said is said by the next state.
    if (client) act(client).catch(() => undefined);
  };
  const show = (): void =>
    tell((line) =>
      line.request('lesson.activity', locked ? { screen: 'attention', visible: true } : child.activity),
    );

  function take(item: LessonItem): void {
    // One tablet of fifteen is too old for documents: a wall where everything works would teach nothing.
    const impossible = device.index === 8 && item.kind === 'pdf';
    tell((line) =>
      line.request(
        'lesson.outcome',
        impossible
          ? { item: item.id, outcome: 'impossible', why: 'not-supported' }
          : { item: item.id, outcome: 'done' },
      ),
    );
    if (impossible) return;
    child = receive(child, item, item.kind === 'pdf' ? 4 : 1);
    show();
  }
  function order(unfinished: boolean) {
    const { item } = child;
    if (!item || !me) return undefined;
    return {
      id: idFrom('handin', randomBytes(9)),
      item: item.id,
      pupils: [me.id],
      parts: [{ kind: 'drawing' as const, page: 1, strokes: drawing(random) }],
      ...(unfinished && { unfinished }),
    };
  }
  function handIn(): void {
    const work = order(false);
    if (work) tell((line) => line.request('lesson.handIn', work));
  }
  /** « Ramasser »: what is begun goes as it stands. */
  async function giveWhatIsBegun(line: PupilClient, collect: string): Promise<void> {
    const work = child.finished || !child.activity.strokes ? undefined : order(true);
    if (work) await line.request('lesson.handIn', work);
    await line.request('lesson.collected', { collect, works: work ? 1 : 0 });
  }
  function tick(): void {
    cancel = timers.after(TICK * (0.7 + random() * 0.6), tick);
    if (!client || !me || locked) return;
    const before = child;
    child = step(before, temper, random);
    if (child.activity !== before.activity) show();
    if (child.handUp !== before.handUp) tell((line) => line.request('lesson.handUp', { up: child.handUp }));
    if (child.finished && !before.finished) handIn();
    if (device.kind === 'tablet' && random() < 0.02) {
      unplugged = Math.max(3, unplugged - 1);
      tell(tellBattery);
    }
  }
  function tellBattery(line: PupilClient): Promise<unknown> {
    const plugged = device.battery?.();
    return line.request('lesson.battery', {
      percent: plugged ?? unplugged,
      charging: plugged !== undefined,
    });
  }

  async function testTheWay(line: PupilClient): Promise<void> {
    const begun = performance.now();
    await line.request('check.ping', {});
    const roundTrip = Math.round(performance.now() - begun);
    const from = performance.now();
    const { text } = await line.request('check.piece', {});
    const kbit = Math.round((text.length * 8) / Math.max(1, performance.now() - from));
    await line.request('check.report', { roundTrip, kbit, clock: timers.now(), secure: true });
  }
  async function join(line: PupilClient): Promise<void> {
    const lesson = await line.request('join.lesson', {});
    if (!lesson.open) return;
    await device.computer?.arrive(line);
    // One child draws: when the lesson lets it no more, it is closed and said.
    device.computer?.start('dessin');
    me = lesson.here?.pupils[0];
    if (!me && lesson.mode === 'personal') {
      const greeting = await line.request('room.greeting', {});
      if (greeting.replacedBy !== undefined) return;
      const { pupils } = await line.request('join.pupils', {});
      const wanted = greeting.pupils[0] ?? pupils[device.index % Math.max(1, pupils.length)];
      if (!wanted) return;
      const answer = await line.request('join.signIn', { pupil: wanted.id });
      me = answer.pupils[0];
    } else if (!me) await line.request('join.takeSeat', {});
    const state = await line.request('lesson.state', {});
    locked = state.attention.on;
    player.hold(locked ? lockPicture(state.attention.code ?? 0) : undefined);
    const current = state.items.find((item) => item.id === state.current);
    if (current) take(current);
    if (state.handedIn.some((one) => one.item === current?.id)) child = { ...child, finished: true };
    show();
    if (device.kind === 'tablet') await tellBattery(line);
    if (device.kind === 'computer') await line.request('lesson.shareScreen', { codec: 'vp8' });
  }

  async function connect(): Promise<void> {
    if (closed) return;
    try {
      const line = await connectPupil({
        origin: world.origin,
        root: world.root,
        clock: timers.now,
        capabilities: {
          capture: device.kind === 'computer',
          battery: device.kind === 'tablet',
          touch: device.kind === 'tablet',
          camera: device.kind === 'tablet',
          keys: true,
        },
      });
      client = line;
      device.computer?.hear(line);
      line.on('join.lessonOpened', () => void join(line).catch(() => undefined));
      line.on('join.lessonClosed', () => {
        me = undefined;
        child = CALM;
        player.stop();
      });
      line.on('lesson.item', take);
      line.on('lesson.collect', ({ collect }) => tell((open) => giveWhatIsBegun(open, collect)));
      line.on('lesson.streamWanted', (wanted) => player.want(wanted));
      line.on('lesson.handLowered', () => (child = { ...child, handUp: false }));
      line.on('lesson.attention', ({ on, code }) => {
        if (locked === on) return;
        locked = on;
        player.hold(on && code !== undefined ? lockPicture(code) : undefined);
        show();
        tell((open) => open.request('lesson.attentionShown', { on }));
      });
      line.on('recess.changed', ({ on }) => {
        if (on) tell((open) => open.request('recess.shown', { on }));
      });
      line.on('room.replaced', () => (me = undefined));
      line.on('join.seatChanged', ({ joined, pupils }) => {
        if (joined && !me && pupils.length > 0) void join(line).catch(() => undefined);
      });
      line.on('check.run', () => tell(testTheWay));
      line.on('poll.changed', ({ poll }) => {
        // A child reads before it answers.
        for (const said of poll ? answersTo(poll, random) : [])
          timers.after(TICK * (1 + random() * 4), () => tell((open) => open.request('poll.answer', said)));
      });
      line.on('clean.now', () => tell((open) => open.request('clean.done', { left: [] })));
      void line.closed.then(again);
      await line.enter(device.key, device.keyId);
      await join(line);
    } catch {
      if (client) client.socket.terminate();
      else again();
    }
  }
  function again(): void {
    client = undefined;
    player.stop();
    if (!closed) cancelRetry = timers.after(RECONNECT, () => void connect());
  }
  let cancelRetry: (() => void) | undefined;
  void connect();
  tick();
  return {
    async close() {
      closed = true;
      cancel?.();
      cancelRetry?.();
      player.stop();
      await client?.close();
    },
  };
}

/** A child's answer over the first page: some wavy lines. */
function drawing(random: () => number) {
  const line = (row: number): { colour: 'blue'; width: number; points: [number, number][] } => ({
    colour: 'blue',
    width: 3,
    points: Array.from({ length: 24 }, (_, n) => [
      120 + n * 28,
      250 + row * 160 + Math.round(Math.sin(n / 2 + row) * 18 + random() * 8),
    ]),
  });
  return [line(0), line(1), line(2)];
}
