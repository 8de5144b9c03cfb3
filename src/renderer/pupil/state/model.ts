import { reactive } from 'vue';
import type { LessonMode, PupilCard } from '../../../contract/pupil/join';
import type { Attention, LessonItem } from '../../../contract/pupil/lesson';
import type { ErrorCode, ErrorParams } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import type { LineState } from '../net/keeper';

/** Where this device stands, from the door to the table. One screen each. */
export type Step =
  | 'arriving'
  | 'unknown'
  | 'enrol'
  | 'visit'
  | 'waiting'
  | 'greet'
  | 'names'
  | 'code'
  | 'asking'
  | 'in'
  | 'spare'
  | 'replaced'
  | 'revoked'
  | 'outdated';

export type View =
  { readonly at: 'home' } | { readonly at: 'homework' } | { readonly at: 'item'; readonly id: Id<'item'> };

export interface Problem {
  readonly code: ErrorCode | 'LINE';
  readonly params: ErrorParams;
}

/** What is being looked at, for the activity tile. */
export interface Looking {
  page?: number;
  pages?: number;
  strokes?: number;
  characters?: number;
  done?: boolean;
}

export interface State {
  line: LineState;
  step: Step;
  view: View;
  visitor: boolean;
  device?: string;
  number?: number;
  mode?: LessonMode;
  title: string;
  pictureCode: boolean;
  /** The class list, in memory only and only while it is on screen. */
  cards: PupilCard[];
  chosen?: PupilCard;
  /** Who most likely sits here, asked before the list. */
  greeted: PupilCard[];
  /** Said « oui » with who is signing in, and come next. */
  toCome: PupilCard[];
  /** Label of the device that goes on instead of this one. */
  replacedBy?: string;
  /** Two or three take turns: how many, and whose turn it is, from 1. */
  turns?: { readonly of: number; readonly turn: number };
  /** One more pupil joins those who are here. */
  adding: boolean;
  pupils: PupilCard[];
  items: LessonItem[];
  handedIn: Partial<Record<Id<'item'>, number>>;
  /** Found again from an earlier lesson, and open for more. */
  older: LessonItem[];
  /** Items whose answer came after the end. */
  late: Partial<Record<Id<'item'>, boolean>>;
  /** This browser has no room left. */
  full: boolean;
  /** Items whose hand-in waits for the door. */
  posting: Id<'item'>[];
  attention: Attention;
  /** What this class left is gone from here: nothing more is kept until the next lesson. */
  cleaned: boolean;
  watched: boolean;
  handUp: boolean;
  sharing: 'impossible' | 'off' | 'on';
  homeworkNews: number;
  /** Door's clock minus ours, ms. */
  clockOff: number;
  clockWrong: boolean;
  problem?: Problem;
  busy: boolean;
  looking: Looking;
}

export function newState(): State {
  return reactive<State>({
    line: 'connecting',
    step: 'arriving',
    view: { at: 'home' },
    visitor: false,
    title: '',
    pictureCode: false,
    cards: [],
    greeted: [],
    toCome: [],
    adding: false,
    pupils: [],
    items: [],
    handedIn: {},
    older: [],
    late: {},
    full: false,
    posting: [],
    attention: { on: false },
    cleaned: false,
    watched: false,
    handUp: false,
    sharing: 'off',
    homeworkNews: 0,
    clockOff: 0,
    clockWrong: false,
    busy: false,
    looking: {},
  });
}

/** Everything of a lesson and of who sat here; the device stays known. */
export function forgetLesson(state: State): void {
  state.items = [];
  state.handedIn = {};
  state.late = {};
  state.attention = { on: false };
  state.watched = false;
  state.handUp = false;
  state.view = { at: 'home' };
  state.looking = {};
  forgetPeople(state);
}
export function forgetPeople(state: State): void {
  state.older = [];
  state.pupils = [];
  state.cards = [];
  state.greeted = [];
  state.toCome = [];
  state.chosen = undefined;
  state.adding = false;
  state.turns = undefined;
}
