import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { protocol, session } from 'electron';
import type { HostContext } from './host-process';
import { STAFF_PARTITION, STAFF_SCHEME } from './staff-origin';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** Must precede Electron's `ready`: the scheme gets an origin of its own, and counts as secure. */
export function registerStaffScheme() {
  return (): undefined => {
    protocol.registerSchemesAsPrivileged([
      {
        scheme: STAFF_SCHEME,
        privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
      },
    ]);
    return undefined;
  };
}

/** Serves the built staff interface, and nothing else, under a strict content policy. */
export function staffScheme() {
  return ({ host }: HostContext): undefined => {
    const folder = join(import.meta.dirname, '..', 'renderer', 'staff');
    session
      .fromPartition(STAFF_PARTITION)
      .protocol.handle(STAFF_SCHEME, (request) => serve(folder, request, host.loopbackUrl));
    return undefined;
  };
}

/** @returns 200 with a file of `folder`, 404 for anything that is not one */
export async function serve(
  folder: string,
  request: Request,
  loopbackUrl: string | undefined,
): Promise<Response> {
  const url = URL.parse(request.url);
  const path = url?.host === 'app' ? resolve(folder, `.${decodePath(url.pathname)}`) : '';
  const type = TYPES[extname(path)];
  if (request.method !== 'GET' || !type || !path.startsWith(folder + sep)) return notFound();
  try {
    return new Response(await readFile(path), {
      headers: {
        'content-type': type,
        'content-security-policy': contentPolicy(loopbackUrl),
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'no-store',
      },
    });
  } catch {
    return notFound();
  }
}

/**
 * Only what was built with the application, and the loopback door for files and moving screens. Style attributes
 * are allowed (positions computed by components), style sheets written at run time are not. Until the host has said at
 * which port its door is, the policy names this computer and leaves the port open.
 */
export function contentPolicy(loopbackUrl: string | undefined): string {
  const door = (loopbackUrl ? URL.parse(loopbackUrl)?.origin : undefined) ?? 'http://127.0.0.1:*';
  const socket = door.replace(/^http/, 'ws');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    `img-src 'self' data: blob: ${door}`,
    `media-src 'self' blob: ${door}`,
    "font-src 'self'",
    `connect-src 'self' ${door} ${socket}`,
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '/';
  }
}

function notFound(): Response {
  return new Response(null, { status: 404 });
}
