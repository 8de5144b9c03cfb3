import { request } from 'node:https';
import type { TestSchool } from './school';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}
/** HTTPS as a device does it: trusting the school's root and nothing else. */
export function ask(
  school: TestSchool,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer; cutAfter?: number } = {},
): Promise<Answer | 'cut'> {
  return new Promise((resolve, reject) => {
    const call = request(
      `https://127.0.0.1:${school.door.securePort}${path}`,
      { ca: school.root, method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    call.on('error', (error) => (options.cutAfter === undefined ? reject(error) : resolve('cut')));
    const { body, cutAfter } = options;
    if (body && cutAfter !== undefined) {
      call.setHeader('content-length', body.length);
      call.write(body.subarray(0, cutAfter), () => call.destroy());
    } else call.end(body);
  });
}
