import { PreauError } from '../../../domain/errors';
import { idFrom, type Id } from '../../../domain/id';
import { isCalled, lowerAll, nextHand } from '../../../domain/lesson/hands';
import type { Lesson, Recipients, SeatKey } from '../../../domain/lesson/model';
import { handsUp, seatAt } from '../../../domain/lesson/seats';
import {
  MAX_MESSAGES,
  MAX_MESSAGES_OF_ONE,
  mayRead,
  mayWrite,
  messageText,
  roomsOf,
  SILENT,
  type TalkMessage,
  type TalkState,
} from '../../../domain/lesson/talk';
import type { Instant } from '../../../domain/time';
import type { Actor } from '../../../domain/rights/actor';
import type { InputOf, ReplyOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import type { TalkCard, TalkLine } from '../../../contract/pupil/talk';
import type { TalkView } from '../../../contract/staff/talk';
import type { AudienceDatabase } from '../../../store/port';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { demandPart } from '../seat-rights';
import { messageDocument, messageFrom, type MessageDocument } from './talk-documents';
import { createVoiceHub, type VoiceHub } from './voice-hub';

/**
 * Raised hands called one after the other, a discussion that the teacher opens and closes, and voices. Messages last; who was
 * called, what is open and who is muted do not: after a restart the discussion is closed until the teacher opens it again.
 */
export interface TalkTool extends LessonTool, Pick<VoiceHub, 'heard'> {
  view(actor: Actor): TalkView;
  open(actor: Actor, rooms: readonly { readonly name: string; readonly to: Recipients }[]): void;
  shut(actor: Actor): void;
  say(actor: Actor, to: SeatKey | number, text: string): Promise<void>;
  mute(actor: Actor, seat: SeatKey, muted: boolean): void;
  /** @throws PreauError `NOT_FOUND` */
  remove(actor: Actor, message: Id<'message'>): Promise<void>;
  call(actor: Actor, seat?: SeatKey): void;
  lowerAll(actor: Actor): void;
  speak(actor: Actor, connection: string, to: Recipients | undefined): void;
  voice(actor: Actor, connection: string, piece: Buffer): void;
  listen(actor: Actor, connection: string, seat: SeatKey, on: boolean): void;
  stateFor(key: SeatKey): ReplyOf<PupilContract, 'talk.state'>;
  /** @throws PreauError `FORBIDDEN` while it is closed there, `TRY_LATER`, `BAD_INPUT`, `TOO_LARGE` */
  write(key: SeatKey, message: InputOf<PupilContract, 'talk.write'>): Promise<void>;
  listened(key: SeatKey, state: InputOf<PupilContract, 'talk.listened'>['state']): void;
}

/** Messages of one device in that time (ms), and no more. */
const PACE = 10_000;
const PER_PACE = 5;
/** What a window or a child scrolls through; the rest lies with the lesson. */
const RECENT = 300;
const RECENT_ON_DEVICE = 60;
const GATHER = 120;

export function createTalkTool({ deps, live, announcer, conducted }: ToolContext): TalkTool {
  const { platform, timers, media } = deps;
  let state: TalkState = SILENT;
  let messages: TalkMessage[] = [];
  let database: AudienceDatabase | undefined;
  let lastRoom = 0;
  let cancel: (() => void) | undefined;
  const called = new Map<SeatKey, Instant>();
  const wrote = new Map<SeatKey, readonly number[]>();
  const voices = createVoiceHub(live, media, timers, changed);

  const nameAt = (lesson: Lesson, message: TalkMessage): string => {
    const names = message.pupils?.map((id) => announcer.tools.nameOf(id) ?? '?').join(', ');
    return names ?? (message.from && seatAt(lesson, message.from)?.label) ?? '';
  };
  function view(lesson: Lesson): TalkView {
    return {
      open: state.open,
      rooms: state.rooms.map(({ id, name, to }) => ({ id, name, to: to === 'all' ? to : [...to] })),
      muted: [...state.muted],
      messages: messages.slice(-RECENT).map((message) => ({
        id: message.id,
        ...(message.from !== undefined && { from: message.from }),
        who: nameAt(lesson, message),
        to: message.to,
        text: message.text,
        at: message.at,
        removed: message.removed,
      })),
      called: [...called]
        .filter(([key]) => isCalled(lesson, called, key))
        .map(([seat, handUpAt]) => ({ seat, handUpAt })),
      ...(voices.speakingTo !== undefined && {
        speaking: voices.speakingTo === 'all' ? 'all' : [...voices.speakingTo],
      }),
      ...(voices.listening && { listening: voices.listening }),
    };
  }
  function changed(): void {
    cancel ??= timers.after(GATHER, () => {
      cancel = undefined;
      if (live.lesson) platform.publish('talk.changed', view(live.lesson), announcer.mayHear);
    });
  }

  /** A stranger with the code on the board asks the teacher; what children write to each other is not for it. */
  const reachOf = (key: SeatKey): TalkState => (key.startsWith('visitor-') ? { ...state, rooms: [] } : state);
  function lineFor(lesson: Lesson, key: SeatKey, message: TalkMessage): TalkLine {
    const { id, from, to, text, at } = message;
    const place = typeof to === 'number' ? to : 'teacher';
    if (from === undefined) return { id, place, from: { kind: 'teacher' }, text, at };
    if (from === key) return { id, place, from: { kind: 'me' }, text, at };
    return { id, place, from: { kind: 'pupil', name: nameAt(lesson, message) }, text, at };
  }
  function cardFor(lesson: Lesson, key: SeatKey): TalkCard {
    const reach = reachOf(key);
    const lines = messages.filter((message) => mayRead(reach, key, message)).slice(-RECENT_ON_DEVICE);
    return {
      open: state.open,
      rooms: roomsOf(reach, key).map(({ id, name }) => ({ id, name })),
      muted: state.muted.includes(key),
      lines: lines.map((message) => lineFor(lesson, key, message)),
    };
  }
  function tell(lesson: Lesson, keys: Iterable<SeatKey> = live.devices.keys()): void {
    for (const key of keys)
      if (seatAt(lesson, key)?.joined) live.devices.get(key)?.link.send('talk.changed', cardFor(lesson, key));
  }
  function deliver(lesson: Lesson, message: TalkMessage): void {
    for (const [key, { link }] of live.devices)
      if (seatAt(lesson, key)?.joined && mayRead(reachOf(key), key, message))
        link.send('talk.line', lineFor(lesson, key, message));
    changed();
  }
  async function keep(lesson: Lesson, message: TalkMessage): Promise<void> {
    if (!database) throw new PreauError('LESSON_NONE');
    if (messages.length >= MAX_MESSAGES) throw new PreauError('TOO_LARGE', { limit: MAX_MESSAGES });
    // In memory at once, so that the same message sent twice side by side is written once.
    messages = [...messages, message];
    try {
      await database.put(messageDocument(lesson.id, message));
    } catch (error) {
      messages = messages.filter((one) => one !== message);
      throw error;
    }
    deliver(lesson, message);
  }
  /** @throws PreauError `TRY_LATER` */
  function pace(key: SeatKey): void {
    const now = platform.clock();
    const recent = (wrote.get(key) ?? []).filter((at) => now - at < PACE);
    const [oldest] = recent;
    if (recent.length >= PER_PACE && oldest !== undefined)
      throw new PreauError('TRY_LATER', { seconds: Math.ceil((oldest + PACE - now) / 1000) });
    wrote.set(key, [...recent, now]);
  }
  const written = (typed: string): string => {
    const text = messageText(typed);
    if (text === undefined) throw new PreauError('BAD_INPUT', { path: 'text' });
    return text;
  };

  return {
    begin(lesson) {
      database = live.required().store.database;
      state = SILENT;
      messages = database
        .all<MessageDocument>('talkMessage')
        .flatMap(({ body }) => (body.lesson === lesson.id ? [messageFrom(body)] : []))
        .sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
      lastRoom = Math.max(0, ...messages.map(({ to }) => (typeof to === 'number' ? to : 0)));
    },
    end() {
      voices.end();
      cancel?.();
      cancel = undefined;
      state = SILENT;
      messages = [];
      called.clear();
      wrote.clear();
      database = undefined;
    },
    left: (key) => voices.left(key),
    windowClosed: (connection) => voices.windowClosed(connection),
    windowHidden: (connection) => voices.windowClosed(connection),
    close() {
      cancel?.();
    },
    view: (actor) => view(conducted(actor).lesson),
    open(actor, rooms) {
      const { lesson } = conducted(actor);
      state = { ...state, open: true, rooms: rooms.map(({ name, to }) => ({ id: ++lastRoom, name, to })) };
      tell(lesson);
      changed();
    },
    shut(actor) {
      const { lesson } = conducted(actor);
      state = { ...state, open: false, rooms: [] };
      tell(lesson);
      changed();
    },
    async say(actor, to, typed) {
      const { lesson } = conducted(actor);
      if (typeof to === 'number' ? !state.rooms.some(({ id }) => id === to) : !seatAt(lesson, to))
        throw new PreauError('NOT_FOUND', { kind: 'room' });
      const id = idFrom('message', platform.random(9));
      await keep(lesson, { id, to, text: written(typed), at: live.now(), removed: false });
    },
    mute(actor, seat, muted) {
      const { lesson } = conducted(actor);
      const others = state.muted.filter((key) => key !== seat);
      state = { ...state, muted: muted ? [...others, seat] : others };
      tell(lesson, [seat]);
      changed();
    },
    async remove(actor, id) {
      const { lesson } = conducted(actor);
      const found = messages.find((message) => message.id === id);
      const held = database?.get<MessageDocument>(id);
      if (!found || !held || !database) throw new PreauError('NOT_FOUND', { kind: 'message' });
      await database.put({ ...held.body, removed: true }, held.rev);
      messages = messages.map((message) => (message === found ? { ...found, removed: true } : message));
      tell(lesson);
      changed();
    },
    call(actor, seat) {
      const { lesson } = conducted(actor);
      const key = seat ?? nextHand(lesson, called);
      const upAt = key && seatAt(lesson, key)?.handUpAt;
      if (!key || upAt === undefined) return;
      called.set(key, upAt);
      live.devices.get(key)?.link.send('talk.called', { on: true });
      changed();
    },
    lowerAll(actor) {
      const { lesson } = conducted(actor);
      const keys = handsUp(lesson).map(({ key }) => key);
      live.update(lowerAll);
      called.clear();
      for (const key of keys) live.devices.get(key)?.link.send('lesson.handLowered', {});
      changed();
    },
    speak(actor, connection, to) {
      conducted(actor);
      voices.speak(connection, to);
    },
    voice(actor, connection, piece) {
      conducted(actor);
      voices.piece(connection, piece);
    },
    listen(actor, connection, seat, on) {
      const { lesson } = conducted(actor);
      voices.listen(connection, seat, on);
      if (on)
        platform.tracer.trace(actor, 'screen.view', [
          lesson.id,
          ...(seatAt(lesson, seat)?.pupils ?? []),
          seat,
        ]);
    },
    stateFor(key) {
      const { lesson } = live.required();
      demandPart(lesson, key);
      return {
        talk: cardFor(lesson, key),
        called: isCalled(lesson, called, key),
        speaking: voices.hears(key),
        listening: voices.isHeard(key),
      };
    },
    async write(key, { id, place, text }) {
      const { lesson } = live.required();
      demandPart(lesson, key);
      const known = messages.find((message) => message.id === id);
      if (known) {
        if (known.from === key) return;
        throw new PreauError('FORBIDDEN', { action: 'talk.write' });
      }
      if (!mayWrite(reachOf(key), key, place)) throw new PreauError('FORBIDDEN', { action: 'talk.write' });
      const kept = written(text);
      if (messages.filter(({ from }) => from === key).length >= MAX_MESSAGES_OF_ONE)
        throw new PreauError('TOO_LARGE', { limit: MAX_MESSAGES_OF_ONE });
      pace(key);
      const pupils = seatAt(lesson, key)?.pupils ?? [];
      await keep(lesson, {
        id,
        from: key,
        ...(pupils.length > 0 && { pupils }),
        to: place,
        text: kept,
        at: live.now(),
        removed: false,
      });
    },
    listened(key, said) {
      demandPart(live.required().lesson, key);
      voices.listened(key, said);
    },
    heard: (key, piece) => voices.heard(key, piece),
  };
}
