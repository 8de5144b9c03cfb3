/** A hub on a USB cable: CDC or FTDI serial port, 115200 8N1, no flow control (peers-classroom-fleet C.2). */
import { endOnce } from './byte-stream';
import type { ByteStream, OpenStream } from './byte-stream';

export const HUB_BAUD_RATE = 115_200;

/** The words of serialport where it gives no code: Linux, macOS, Windows. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/no such file|file not found/i, 'ENOENT'],
  [/permission denied/i, 'EACCES'],
  // Windows says "access denied" of a port that another program holds.
  [/cannot lock port|resource (busy|temporarily unavailable)|access denied/i, 'EBUSY'],
];

/** Whatever `error` carries; the text of a system error would name paths, so only its code is kept. */
function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  const said = SAID.find(([words]) => words.test(error.message))?.[1];
  return said ?? /\b(E[A-Z]{3,})\b/.exec(error.message)?.[1] ?? 'error';
}

export const openSerial =
  (path: string): OpenStream =>
  async () => {
    // Loaded when a hub is configured and not before: most schools have none, and the module is native.
    const { SerialPort } = await import('serialport');
    const port = new SerialPort({ path, baudRate: HUB_BAUD_RATE, autoOpen: false });
    const closing = endOnce();
    port.on('error', (error: Error) => {
      closing.end(codeOf(error));
    });
    port.on('close', () => {
      closing.end('closed');
    });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => {
        if (error) reject(Object.assign(error, { code: codeOf(error) }));
        else resolve();
      });
    });
    const close = (): void => {
      if (port.isOpen) port.close(() => undefined);
      closing.end('closed');
    };
    const stream: ByteStream = {
      write: (bytes) => {
        if (!port.isOpen) {
          closing.end('closed');
          return;
        }
        port.write(Buffer.from(bytes), (error) => {
          if (!error) return;
          closing.end(codeOf(error));
          close();
        });
      },
      onData: (listen) => {
        port.on('data', listen);
      },
      onClose: (listen) => {
        closing.onClose(listen);
      },
      close,
    };
    return stream;
  };
