import type { IconName } from './icons';

/** What a state means for the person who reads it. A tone always comes with a word and a shape: never colour alone. */
export const TONES = ['ok', 'warn', 'bad', 'info', 'idle', 'stale'] as const;
export type Tone = (typeof TONES)[number];

export const toneIcon: Readonly<Record<Tone, IconName>> = {
  ok: 'ok',
  warn: 'warn',
  bad: 'bad',
  info: 'info',
  idle: 'idle',
  stale: 'stale',
};
