import type { ServerResponse } from 'node:http';

/**
 * Nothing from elsewhere runs or is fetched in the pupil app. `blob:` is for what the door itself sent (documents,
 * photos); frames show the web pages a teacher sends, which is why `frame-src` is the one open door.
 */
export const APP_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  'frame-src http: https: blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function secure(response: ServerResponse, connect: string, policy = APP_POLICY): void {
  response.setHeader('content-security-policy', `${policy}; connect-src 'self' ${connect}`);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader(
    'permissions-policy',
    'geolocation=(), microphone=(self), camera=(self), display-capture=(self)',
  );
}

/** A short answer in plain words; the code is for who reads logs. */
export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${text}\n`);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}
