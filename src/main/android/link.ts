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
  const opening = client.createDeviceConnection(selectorOf(link), service);
  try {
    const socket = await within(opening, 'answerMs', limits.answerMs, signal);
    endWith(socket, signal);
    return socket;
  } catch (error) {
    opening.then(
      (socket) => socket.close(),
      () => undefined,
    );
    throw error;
  }
}

/** @param link as `parseDeviceList` gives it */
function selectorOf(link: string): AdbServerClient.DeviceSelector {
  const connection = /^transport:(\d{1,18})$/.exec(link)?.[1];
  return connection === undefined ? { serial: link } : { transportId: BigInt(connection) };
}

/** A stream that is read to its end must have one, even where a byte comes now and then for ever. */
function endWith(socket: AdbSocket, signal: AbortSignal | undefined): void {
  const end = (): void => {
    Promise.resolve(socket.close()).catch(() => undefined);
  };
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  socket.closed.then(
    () => signal?.removeEventListener('abort', end),
    () => undefined,
  );
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
