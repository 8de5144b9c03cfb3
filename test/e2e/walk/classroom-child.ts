import { randomBytes } from 'node:crypto';
import type { Capabilities } from '../../../src/contract/pupil/door';
import type { LessonItem } from '../../../src/contract/pupil/lesson';
import { connectPupil, type PupilClient } from '../../../src/demo/pupils/client';
import type { PupilKey } from '../../../src/demo/pupils/keys';
import { lockPicture } from '../../../src/demo/pupils/lock-picture';
import { createScreenPlayer } from '../../../src/demo/pupils/screen-player';
import { systemTimers } from '../../../src/main/cart/timers';
import { idFrom, type Id } from '../../../src/domain/id';
import type { Picture } from '../../../src/domain/people/pictures';

export type Profile = 'tablet' | 'computer' | 'plain';

/** What a browser of that kind says of itself (the reference fleet, docs/lan-door.md). */
const ABLE: Record<Profile, Capabilities> = {
  tablet: { capture: false, battery: true, touch: true, camera: true, keys: true },
  plain: { capture: false, battery: false, touch: true, camera: true, keys: true },
  computer: { capture: true, battery: false, touch: false, camera: false, keys: true },
};
/** Between two appearances of a device at the edge of the Wi-Fi, ms. */
const FLAP = 400;

export interface Enrolled {
  readonly origin: string;
  readonly root: string;
  readonly key: PupilKey;
  readonly keyId: string;
  readonly device: Id<'device'>;
}
export interface Card {
  readonly id: Id<'pupil'>;
  readonly code: readonly Picture[];
}

/** A child at a device that is a program, over the true door: does what it is asked, and does not play by itself. */
export class SimulatedChild {
  readonly received: LessonItem[] = [];
  /** Kinds of documents this device cannot show: said to be so. */
  refuses: readonly LessonItem['kind'][] = [];
  /** Goes through the filter of the Internet, as a computer whose proxy is set. */
  filter: ((url: string) => void) | undefined;
  /** Says that it is locked and shows something else: what a child who found a way round would do. */
  cheats = false;
  /** Has drawn and not said « J'ai fini »: goes as it stands when the teacher collects. */
  begun: Id<'item'> | undefined;
  child: Card | undefined;
  locked = false;
  resting = false;
  called = false;
  dead = false;
  #line: PupilClient | undefined;
  #flapping: (() => void) | undefined;
  readonly #screen = createScreenPlayer(systemTimers, (chunk) => this.#line?.sendScreen(chunk), 0);

  constructor(
    readonly label: string,
    readonly profile: Profile,
    readonly at: Enrolled,
  ) {}

  get line(): PupilClient {
    if (!this.#line) throw new Error(`${this.label} is not connected`);
    return this.#line;
  }

  async connect(): Promise<void> {
    const { origin, root, key, keyId } = this.at;
    const line = await connectPupil({ origin, root, capabilities: ABLE[this.profile] });
    this.#listen(line);
    await line.enter(key, keyId);
    this.#line = line;
  }

  /** By its own name and pictures; a device that greets is answered « Oui, c'est moi », with the pictures all the same. */
  async comeIn(card: Card): Promise<void> {
    this.child = card;
    await this.line.request('join.signIn', { pupil: card.id, code: [...card.code] });
    await this.settle();
  }
  async settle(): Promise<void> {
    const { attention, items, current } = await this.line.request('lesson.state', {});
    this.#lock(attention.on, attention.code);
    const shown = items.find(({ id }) => id === current);
    if (shown) this.#take(shown);
    if (this.profile === 'tablet')
      this.#tell((open) => open.request('lesson.battery', { percent: 63, charging: false }));
    if (this.profile === 'computer')
      this.#tell((open) => open.request('lesson.shareScreen', { codec: 'vp8' }));
    this.#show();
  }

  raiseHand(): Promise<unknown> {
    return this.line.request('lesson.handUp', { up: true });
  }
  async answer(value: string): Promise<void> {
    const { poll } = await this.line.request('poll.state', {});
    if (!poll) throw new Error('nothing is asked');
    await this.line.request('poll.answer', { poll: poll.id, question: 0, value, n: 1 });
  }
  /** « J'ai fini », with a line drawn on the first page. */
  async handIn(item: Id<'item'>, unfinished = false): Promise<void> {
    await this.line.request('lesson.handIn', {
      id: idFrom('handin', randomBytes(9)),
      item,
      pupils: this.child ? [this.child.id] : [],
      parts: [
        {
          kind: 'drawing',
          page: 1,
          strokes: [
            {
              colour: 'blue',
              width: 3,
              points: [
                [200, 300],
                [420, 360],
                [640, 300],
              ],
            },
          ],
        },
      ],
      ...(unfinished && { unfinished }),
    });
  }

  /** As a battery that ends: nothing is closed, nothing is answered. */
  die(): void {
    this.dead = true;
    this.line.socket.pause();
  }
  /** At the edge of the Wi-Fi: lost and back again, until told to stop. */
  flap(): void {
    const lose = (): void => {
      this.#line?.socket.terminate();
      this.#line = undefined;
      this.#flapping = systemTimers.after(FLAP, back);
    };
    const back = (): void => {
      void this.connect()
        .then(() => this.settle())
        .catch(() => undefined)
        .then(() => {
          if (this.#flapping) this.#flapping = systemTimers.after(FLAP, lose);
        });
    };
    lose();
  }
  async steady(): Promise<void> {
    this.#flapping?.();
    this.#flapping = undefined;
    this.#line?.socket.terminate();
    await this.connect();
    await this.settle();
  }
  async leave(): Promise<void> {
    this.#flapping?.();
    this.#flapping = undefined;
    this.#screen.stop();
    this.#line?.socket.terminate();
    await this.#line?.closed;
  }

  #listen(line: PupilClient): void {
    line.on('lesson.item', (item) => this.#take(item));
    line.on('lesson.attention', ({ on, code }) => {
      this.#lock(on, code);
      this.#show();
      this.#tell((open) => open.request('lesson.attentionShown', { on }));
    });
    line.on('lesson.streamWanted', (wanted) => this.#screen.want(wanted));
    line.on('lesson.collect', ({ collect }) =>
      this.#tell(async (open) => {
        if (this.begun) await this.handIn(this.begun, true);
        await open.request('lesson.collected', { collect, works: this.begun ? 1 : 0 });
        this.begun = undefined;
      }),
    );
    line.on('recess.changed', ({ on }) => {
      this.resting = on;
      if (on) this.#tell((open) => open.request('recess.shown', { on }));
    });
    line.on('talk.called', ({ on }) => (this.called = on));
    line.on('internet.probe', ({ url }) => this.filter?.(url));
    // A tablet's camera and its browser keep what a page cannot take off.
    line.on('clean.now', () =>
      this.#tell((open) => open.request('clean.done', { left: this.profile === 'tablet' ? ['photos'] : [] })),
    );
    line.on('join.lessonClosed', () => {
      this.child = undefined;
      this.received.length = 0;
      this.#lock(false);
      this.#screen.stop();
    });
  }
  #lock(on: boolean, code?: number): void {
    this.locked = on;
    this.#screen.hold(on && !this.cheats ? lockPicture(code ?? 0) : undefined);
  }
  #take(item: LessonItem): void {
    this.received.push(item);
    this.#tell((open) =>
      open.request(
        'lesson.outcome',
        this.refuses.includes(item.kind)
          ? { item: item.id, outcome: 'impossible', why: 'not-supported' }
          : { item: item.id, outcome: 'done' },
      ),
    );
    this.#show();
  }
  #show(): void {
    const item = this.received.at(-1);
    this.#tell((open) =>
      open.request('lesson.activity', {
        visible: true,
        ...(this.locked
          ? { screen: 'attention' }
          : item
            ? { screen: 'item', item: item.id, page: 1, pages: 1 }
            : { screen: 'home' }),
      }),
    );
  }
  /** What a lost line kept back is said again by the next state. */
  #tell(act: (line: PupilClient) => Promise<unknown>): void {
    const line = this.#line;
    if (line) act(line).catch(() => undefined);
  }
}
