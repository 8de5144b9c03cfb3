import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { protocol, session } from 'electron';
import { MEETING_PAGE } from '../../../contract/pupil-mode-channels';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
const { host: HOST, protocol: SCHEME } = new URL(MEETING_PAGE);
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Must precede Electron's `ready`. */
export function registerLocalScheme() {
  return (): undefined => {
    protocol.registerSchemesAsPrivileged([
      { scheme: SCHEME.slice(0, -1), privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    return undefined;
  };
}

/** Serves the one local page, and nothing else; it reaches no network. */
export function localPage() {
  return (): undefined => {
    const folder = join(import.meta.dirname, '..', 'renderer', 'pupil-mode');
    session.defaultSession.protocol.handle(SCHEME.slice(0, -1), (request) => serveLocal(folder, request));
    return undefined;
  };
}

/** @returns 200 with a file of `folder`, 404 for anything that is not one */
export async function serveLocal(folder: string, request: Request): Promise<Response> {
  const url = URL.parse(request.url);
  const path = url?.host === HOST ? resolve(folder, `.${url.pathname}`) : '';
  const type = TYPES[extname(path)];
  if (request.method !== 'GET' || !type || !path.startsWith(folder + sep))
    return new Response(null, { status: 404 });
  try {
    return new Response(await readFile(path), {
      headers: {
        'content-type': type,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    });
  } catch {
    return new Response(null, { status: 404 });
  }
}
