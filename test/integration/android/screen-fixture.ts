import { readFileSync } from 'node:fs';
import { H264Reader } from '../../../src/main/android/h264';
import type { ScreenSource } from '../../../src/demo/tablets/screenrecord';

/** Three seconds of an invented tablet's screen, encoded by a real Chromium (`src/demo/tablets/make-screen.mjs`). */
export const recording = readFileSync(new URL('../../../src/demo/tablets/screen.h264', import.meta.url));

const reader = new H264Reader(1024 * 1024);
export const recordedScreen: ScreenSource = {
  pictures: [...reader.push(recording), ...reader.flush()].map(({ bytes }) => bytes),
  everyMs: 100,
};
