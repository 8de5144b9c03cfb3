import type { PupilCard } from '../../../src/contract/pupil/join';
import type { LessonItem } from '../../../src/contract/pupil/lesson';
import { idFrom, type Id, type IdPrefix } from '../../../src/domain/id';
import { PICTURES, type Picture } from '../../../src/domain/people/pictures';
import { PreauError } from '../../../src/domain/errors';
import type { Answers, FakeDoor } from './fake-door';

/** Ids that a failed test shows the same every time. */
export const testId = <P extends IdPrefix>(prefix: P, n: number): Id<P> =>
  idFrom(
    prefix,
    Uint8Array.from({ length: 9 }, (_, at) => (n * 37 + at * 11) % 251),
  );

/** 28 first names of a real-looking class: homonyms, a compound name, the longest one anybody has met. */
export const NAMES = [
  'Adam',
  'Aïcha',
  'Alice',
  'Ambre',
  'Bilal',
  'Camille',
  'Chloé',
  'Élise',
  'Gabriel',
  'Hugo',
  'Inès',
  'Jade',
  'Jean-Baptiste',
  'Kamil',
  'Léa B.',
  'Léa M.',
  'Léon',
  'Louise',
  'Lucas',
  'Maëlys',
  'Marie-Apolline de La Rochefoucauld-Montbel',
  'Mohamed',
  'Noé',
  'Raphaël',
  'Sacha',
  'Şeyma',
  'Yanis',
  'Zoé',
] as const;

export const CLASS: readonly PupilCard[] = NAMES.map((name, at) => ({
  id: testId('pupil', at + 1),
  name,
  symbol: PICTURES[(at * 5) % PICTURES.length] ?? 'cat',
  present: at === 3 || at === 9,
}));
export const card = (name: string): PupilCard => {
  const found = CLASS.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};

export const SECRET: readonly Picture[] = ['sun', 'cat', 'boat'];

/** What the door remembers between two lines, as the real one does. */
export interface Room {
  open: boolean;
  mode: 'personal' | 'numbered' | 'anonymous';
  pictureCode: boolean;
  teacher?: 'maitresse' | 'maitre';
  class: readonly PupilCard[];
  here: PupilCard[];
  /** Who sat here last. */
  greeted: PupilCard[];
  turns?: { of: number; turn: number } | undefined;
  joined: boolean;
  items: LessonItem[];
  current?: Id<'item'>;
  handedIn: Map<Id<'item'>, number>;
  /** Hand-ins by their id: a retry is the same one. */
  received: Map<Id<'handin'>, unknown>;
  attention: { on: boolean; reason?: string; until?: string };
  watched: boolean;
  known: boolean;
}

export function newRoom(): Room {
  return {
    open: true,
    mode: 'personal',
    pictureCode: true,
    class: CLASS,
    here: [],
    greeted: [],
    joined: false,
    items: [],
    handedIn: new Map(),
    received: new Map(),
    attention: { on: false },
    watched: false,
    known: true,
  };
}

/** Answers of an ordinary lesson. A test replaces those it cares about. */
export function lessonAnswers(room: Room): Answers {
  const device = { id: testId('device', 7), label: 'Tablette 7' };
  return {
    'door.hello': ({ keyId }) => ({
      protocol: 0,
      poste: 'Classe de CE1',
      challenge: 'A'.repeat(43),
      known: room.known && keyId !== undefined,
      now: Date.now(),
    }),
    'door.prove': () => ({ device }),
    'door.enrol': () => ({ device, keyId: 'k'.repeat(43) }),
    'door.visit': ({ code }) => {
      if (code !== 'ABCDE') throw new PreauError('LESSON_CODE_WRONG');
      return { number: 3 };
    },
    'join.lesson': () => ({
      open: room.open,
      ...(room.open && { mode: room.mode, title: 'Sciences', pictureCode: room.pictureCode }),
      ...(room.teacher && { teacher: room.teacher }),
      here: { joined: room.joined, number: 7, pupils: room.here, waiting: [] },
    }),
    'join.pupils': () => ({ pupils: [...room.class] }),
    'join.signIn': ({ pupil, code }) => {
      if (room.pictureCode && code?.join() !== SECRET.join()) throw new PreauError('PICTURE_CODE_WRONG');
      const found = room.class.find((one) => one.id === pupil);
      if (!found) throw new PreauError('NOT_FOUND', { kind: 'pupil' });
      if (found.present) return { outcome: 'waiting', pupils: room.here };
      room.here = [...room.here, found];
      room.joined = true;
      return { outcome: 'in', pupils: room.here };
    },
    'join.takeSeat': () => {
      room.joined = true;
      return { number: 7 };
    },
    'join.leave': ({ pupil }) => {
      room.here = pupil ? room.here.filter((one) => one.id !== pupil) : [];
      room.joined = room.here.length > 0;
      return {};
    },
    'lesson.state': () => ({
      attention: room.attention,
      items: room.items,
      ...(room.current && { current: room.current }),
      watched: room.watched,
      handUp: false,
      handedIn: [...room.handedIn].map(([item, version]) => ({ item, version })),
    }),
    'lesson.upload': ({ upload }, door: FakeDoor) => ({
      path: `/upload/${upload}`,
      offset: door.uploads.get(`/upload/${upload}`)?.length ?? 0,
    }),
    'lesson.handIn': (input) => {
      const version = room.received.has(input.id)
        ? (room.handedIn.get(input.item) ?? 1)
        : (room.handedIn.get(input.item) ?? 0) + 1;
      room.received.set(input.id, input);
      room.handedIn.set(input.item, version);
      return { version, receivedAt: new Date().toISOString() };
    },
    'room.greeting': () => ({ pupils: room.greeted }),
    'room.state': () => ({ ...(room.turns && { share: room.turns }), handedIn: [] }),
    'room.share': ({ of, turn }) => {
      room.turns = of > 1 ? { of, turn } : undefined;
      return { handedIn: [] };
    },
    'room.keep': () => ({}),
    'room.drop': () => ({}),
    'room.begun': () => ({ pages: [], text: '' }),
    'room.page': () => ({ strokes: [], more: false }),
    'homework.list': () => ({
      homework: [
        {
          id: testId('homework', 1),
          dueOn: '2030-01-15',
          subject: 'Poésie',
          text: 'Apprendre « Le préau »,\nles deux premières strophes.',
        },
        {
          id: testId('homework', 2),
          dueOn: '2030-01-17',
          subject: 'Calcul',
          text: 'Les tables de 3 et de 4.',
        },
      ],
    }),
  };
}

export function item(
  n: number,
  kind: LessonItem['kind'],
  url: string,
  title: string,
  answer = true,
): LessonItem {
  return {
    id: testId('item', n),
    kind,
    url,
    title,
    answer,
    sentAt: new Date(1_800_000_000_000 + n * 60_000).toISOString(),
  };
}
