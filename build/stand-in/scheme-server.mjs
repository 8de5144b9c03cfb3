// protocol.handle('preau', …): Chromium knows no such scheme, so `preau://app/x` is shown as
// `http://app.preau.localhost/x`, a name that only this Chromium resolves (host-resolver rules) to a loopback
// server of ours, which calls the registered handler. The origin is stable and a secure context, as in Electron.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { refuse } from './refuse.mjs';

const BLANK = '/.stand-in-blank';
const handlers = new Map();
let server;
let port = 0;

export const protocol = {
  registerSchemesAsPrivileged(schemes) {
    for (const { scheme, privileges } of schemes) {
      if (!privileges?.standard || !privileges.secure)
        throw refuse(`the scheme "${scheme}" unless standard and secure`);
    }
  },
  handle(scheme, handler) {
    if (handlers.has(scheme)) throw new Error(`The scheme "${scheme}" already has a handler`);
    handlers.set(scheme, handler);
  },
  unhandle(scheme) {
    handlers.delete(scheme);
  },
  isProtocolHandled(scheme) {
    return handlers.has(scheme);
  },
};

/** Starts the loopback server; returns the resolver rule that leads to it and the address of its empty page. */
export async function startSchemeServer() {
  if (!server) {
    server = createServer((request, response) => {
      answer(request, response).catch((error) =>
        response.headersSent ? response.destroy() : response.writeHead(500).end(String(error)),
      );
    });
    server.unref();
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    port = server.address().port;
  }
  return { rule: `MAP *.localhost:80 127.0.0.1:${port}`, blankUrl: `http://app.preau.localhost${BLANK}` };
}

/** `preau://app/index.html` → `http://app.preau.localhost/index.html`, and nothing else is changed. */
export function toChromium(url) {
  const parsed = new URL(url);
  const scheme = parsed.protocol.slice(0, -1);
  if (!handlers.has(scheme)) return url;
  return url.replace(`${scheme}://${parsed.host}`, `http://${parsed.host}.${scheme}.localhost`);
}

/** The reverse: what the app must believe the address to be. */
export function fromChromium(url) {
  const match = /^http:\/\/([^/.]+)\.([^/.]+)\.localhost(?=\/|$)/.exec(url);
  return match && handlers.has(match[2]) ? url.replace(match[0], `${match[2]}://${match[1]}`) : url;
}

async function answer(request, response) {
  if (request.url === BLANK)
    return void response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Préau</title>');
  const match = /^([^.]+)\.([^.]+)\.localhost$/.exec(request.headers.host ?? '');
  const handler = match && handlers.get(match[2]);
  if (!handler) return void response.writeHead(421).end();
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const reply = await handler(
    new Request(`${match[2]}://${match[1]}${request.url}`, {
      method: request.method,
      headers: Object.entries(request.headers).filter(([, value]) => typeof value === 'string'),
      ...(hasBody ? { body: Readable.toWeb(request), duplex: 'half' } : {}),
    }),
  );
  response.writeHead(reply.status, Object.fromEntries(reply.headers));
  if (reply.body)
    Readable.fromWeb(reply.body)
      .on('error', () => response.destroy())
      .pipe(response);
  else response.end();
}
