import type { Line } from '../net/line';
import { PUPIL_PROTOCOL } from '../../../contract/pupil';
import { isPreauError } from '../../../domain/errors';
import { capabilities } from './capabilities';
import type { Shelf } from './database';
import { forgetKey, makeKey, prove, readKey } from './device-key';
import type { State } from './model';

export const APP_VERSION = 'eleve-0.1';
/** Beyond that a clock is not late, it is wrong (a flat battery starts again in 2010): an adult must set it (ms). */
const CLOCK_WRONG = 24 * 3_600_000;
/** The lesson's code lives as long as the tab: a visitor who reloads is the same visitor. */
const VISIT = 'preau-visite';

/** @returns true when the door knows who this device is */
export async function enter(line: Line, shelf: Shelf, state: State): Promise<boolean> {
  const key = await readKey(shelf);
  const before = Date.now();
  const hello = await line.request('door.hello', {
    protocol: PUPIL_PROTOCOL,
    app: APP_VERSION,
    capabilities: capabilities(),
    clock: before,
    ...(key && { keyId: key.keyId }),
  });
  // Half of the way there and back is taken off.
  state.clockOff = hello.now === undefined ? (hello.clockOff ?? 0) : hello.now - (before + Date.now()) / 2;
  state.clockWrong = Math.abs(hello.clockOff ?? 0) > CLOCK_WRONG;
  if (hello.protocol !== PUPIL_PROTOCOL) {
    state.step = 'outdated';
    return false;
  }
  if (hello.known && key) {
    const { device } = await line.request('door.prove', {
      signature: await prove(key, hello.challenge, location.origin),
    });
    state.device = device.label;
    state.visitor = false;
    return true;
  }
  return visitAgain(line, state);
}

async function visitAgain(line: Line, state: State): Promise<boolean> {
  const code = sessionStorage.getItem(VISIT);
  if (code) {
    try {
      await visit(line, state, code);
      return true;
    } catch (error) {
      // The code has turned, or the lesson is over: the child types the new one.
      if (!isPreauError(error)) throw error;
      sessionStorage.removeItem(VISIT);
    }
  }
  if (state.step !== 'enrol' && state.step !== 'visit') state.step = 'unknown';
  return false;
}

export async function visit(line: Line, state: State, code: string): Promise<void> {
  const { number } = await line.request('door.visit', { code });
  sessionStorage.setItem(VISIT, code);
  state.visitor = true;
  state.number = number;
}

/** The adult's code makes this browser a device of the school. The key is made here and never leaves. */
export async function enrol(line: Line, shelf: Shelf, state: State, code: string): Promise<void> {
  const key = await makeKey(shelf);
  const { device, keyId } = await line.request('door.enrol', { code, publicKey: key.publicKey });
  await key.keep(keyId);
  sessionStorage.removeItem(VISIT);
  state.device = device.label;
  state.visitor = false;
}

export async function forgetDevice(shelf: Shelf): Promise<void> {
  sessionStorage.removeItem(VISIT);
  await forgetKey(shelf);
}
