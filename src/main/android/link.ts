import type { AdbServerClient, AdbSocket } from '@yume-chan/adb';
import { within, type AndroidLimits } from './limits';

/** One tablet on the adb server: the services it opens for us, and short commands. */

/** The answers read this way are properties, dumps and verdicts; more than this is not one. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Opens a service of the tablet (`sync:`, `exec:…`). One that opens after we gave up is closed again.
 * @param link the name adb gives to the tablet
 * @throws Unanswered; an Error with the server's words (« device unauthorized », « device offline », « not found »)
 */
export async function openService(
  client: AdbServerClient,
  link: string,
  service: string,
  limits: AndroidLimits,
  signal?: AbortSignal,
): Promise<AdbSocket> {
  const opening = client.createDeviceConnection({ serial: link }, service);
  try {
    return await within(opening, 'answerMs', limits.answerMs, signal);
  } catch (error) {
    opening.then(
      (socket) => socket.close(),
      () => undefined,
    );
    throw error;
  }
}

/**
 * Runs a command on the tablet (the `exec:` service: raw bytes, no terminal) and reads all it prints. It ends with the
 * stream; an exit code is not carried.
 * @throws Unanswered after `wait`
 */
export async function runOnTablet(
  client: AdbServerClient,
  link: string,
  command: string,
  limits: AndroidLimits,
  wait: keyof AndroidLimits = 'answerMs',
  signal?: AbortSignal,
): Promise<string> {
  const socket = await openService(client, link, `exec:${command}`, limits, signal);
  try {
    return await within(readAll(socket), wait, limits[wait], signal);
  } finally {
    await socket.close();
  }
}

async function readAll(socket: AdbSocket): Promise<string> {
  const reader = socket.readable.getReader();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for (let part = await reader.read(); part.value && bytes < MAX_ANSWER_BYTES; part = await reader.read()) {
    parts.push(part.value);
    bytes += part.value.length;
  }
  return Buffer.concat(parts).toString('utf8');
}
