import type { Id } from '../id';
import type { Instant } from '../time';
import type { Recipients } from './model';

/**
 * Questions put to the class: one in passing, or several as a quiz (CARMO #9.8). Named answers belong to who sat at the
 * device; anonymous ones belong to nobody: they are counted by ballot, and which device holds which ballot is written nowhere.
 */
export const QUESTION_KINDS = ['yesno', 'choice', 'smileys', 'number', 'word'] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

export interface Question {
  readonly kind: QuestionKind;
  /** May be empty: asked aloud. */
  readonly text: string;
  /** `choice` only: what stands beside A, B, C…; empty strings where they are on the board. */
  readonly choices?: readonly string[] | undefined;
  /** A value of this question, normalised. Never told to a device before the results are. */
  readonly right?: string | undefined;
}

export const MAX_QUESTIONS = 20;
export const MAX_CHOICES = 6;
export const MIN_CHOICES = 2;
export const MAX_QUESTION_TEXT = 240;
export const MAX_CHOICE_TEXT = 80;
export const MAX_WORD = 40;
/** One device's choices for one question: who hesitates longer keeps the last of them. Each is a write on the poste's disk. */
export const MAX_CHOICES_MADE = 50;
/** Questions in one lesson; more is a loop gone wrong. */
export const MAX_POLLS = 60;

export interface Poll {
  readonly id: Id<'poll'>;
  readonly title: string;
  readonly questions: readonly Question[];
  readonly anonymous: boolean;
  readonly to: Recipients;
  readonly askedAt: Instant;
  readonly open: boolean;
  /** The results stand on the children's screens. */
  readonly shown: boolean;
}

export interface PollAnswer {
  /** From 0. */
  readonly question: number;
  readonly value: string;
  /** Counts what a device said to one question: an answer that comes late never takes the place of a newer one. */
  readonly n: number;
  /** Named only: who sat there, and where. */
  readonly pupils?: readonly Id<'pupil'>[] | undefined;
  readonly seat?: string | undefined;
}

export const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export const SMILEYS = ['happy', 'soso', 'sad'] as const;

/** Values that can be touched, in their order; none where something is typed. */
export function optionsOf(question: Question): readonly string[] {
  if (question.kind === 'yesno') return ['yes', 'no'];
  if (question.kind === 'smileys') return SMILEYS;
  if (question.kind === 'choice') return LETTERS.slice(0, question.choices?.length ?? 0);
  return [];
}

const NUMBER = /^[+-]?\d{1,9}(?:[.,]\d{1,4})?$/;
/** Letters, digits, marks, punctuation, signs and plain spaces: nothing invisible, nothing that turns a line round. */
const SAID = /^[\p{L}\p{M}\p{N}\p{P}\p{S} \u200d\ufe0f]+$/u;

/** What a device said, as it is kept; undefined where it is no answer to that question. */
export function answerValue(question: Question, said: string): string | undefined {
  const options = optionsOf(question);
  if (options.length > 0) return options.includes(said) ? said : undefined;
  const text = said.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (question.kind === 'number') {
    const bare = text.replace(/ /g, '').replace('\u2212', '-');
    return NUMBER.test(bare) ? String(Number(bare.replace(',', '.'))) : undefined;
  }
  return text.length > 0 && text.length <= MAX_WORD && SAID.test(text) ? text : undefined;
}

/** « éléphant », « Éléphant » and « ELEPHANT » are one answer. */
export const wordKey = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export function isRight(question: Question, value: string): boolean | undefined {
  if (question.right === undefined) return undefined;
  return question.kind === 'word' ? wordKey(value) === wordKey(question.right) : value === question.right;
}

export interface Tally {
  readonly value: string;
  readonly count: number;
  readonly right?: boolean | undefined;
}

/** Rows a typed question shows; the rest is in the list of answers and in the file. */
const MAX_ROWS = 40;

/** How often each was answered: what can be touched in its order, also at nought; numbers by size; words, most said first. */
export function tally(question: Question, values: readonly string[]): readonly Tally[] {
  const counts = new Map<string, { value: string; count: number }>();
  for (const value of optionsOf(question)) counts.set(value, { value, count: 0 });
  for (const value of values) {
    const key = question.kind === 'word' ? wordKey(value) : value;
    const held = counts.get(key) ?? { value, count: 0 };
    counts.set(key, { ...held, count: held.count + 1 });
  }
  const rows = [...counts.values()];
  if (question.kind === 'number') rows.sort((a, b) => Number(a.value) - Number(b.value));
  if (question.kind === 'word') rows.sort((a, b) => b.count - a.count || a.value.localeCompare(b.value));
  return rows.slice(0, MAX_ROWS).map((row) => {
    const right = isRight(question, row.value);
    return right === undefined ? row : { ...row, right };
  });
}

/**
 * Anonymous answers appear three at a time, and the last ones with the end of the question: whoever sees one child touch
 * the glass does not see which bar grew. Fewer than that are never shown.
 */
export const ANONYMOUS_STEP = 3;

/** @param shown answers that stand in the bars now @returns how many may */
export function mayShow(poll: Pick<Poll, 'anonymous' | 'open'>, total: number, shown: number): number {
  if (!poll.anonymous) return total;
  if (total < ANONYMOUS_STEP) return 0;
  return !poll.open || total >= shown + ANONYMOUS_STEP ? total : shown;
}

/** A question that a device or a file brought: whole, or not at all. */
export function isQuestion({ kind, text, choices, right }: Question): boolean {
  if (text.length > MAX_QUESTION_TEXT) return false;
  if ((kind === 'choice') !== (choices !== undefined)) return false;
  if (choices && (choices.length < MIN_CHOICES || choices.length > MAX_CHOICES)) return false;
  if (choices?.some((choice) => choice.length > MAX_CHOICE_TEXT)) return false;
  return right === undefined || answerValue({ kind, text, choices }, right) === right;
}
