import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import { WebSocketServer, type WebSocket } from 'ws';
import type { EventMessage, Reply } from '../../../contract/bridge';
import { PreauError, isPreauError } from '../../../domain/errors';
import type { Disposable, Logger, Random } from '../../capability';
import type { ExchangeArea } from './exchange-area';
import type { createMediaChannel } from './media-channel';
import { serveStatic } from './static-files';
import type { Tokens } from './tokens';

/** What the loopback door needs of the host; the same three calls as any other door. */
export interface StaffHost {
  request(connection: string, method: string, input: unknown): Promise<Reply>;
  subscribe(connection: string, listener: (event: EventMessage) => void): () => void;
  closed(connection: string): void;
}

export interface LoopbackDeps {
  readonly host: StaffHost;
  readonly tokens: Tokens;
  readonly area: ExchangeArea;
  readonly media: ReturnType<typeof createMediaChannel>;
  readonly random: Random;
  readonly log: Logger;
  /** Built staff interface; absent where only files and media are served (a desktop window loads its own). */
  readonly staffFolder?: string;
  /** Origins of the desktop window that may fetch files and media here. */
  readonly windowOrigins: readonly string[];
}

export interface LoopbackDoor extends Disposable {
  readonly url: string;
  /** A link that opens one staff window: the code stands in the fragment, which no server or log sees. */
  link(): string;
}

const frameSchema = v.strictObject({ id: v.number(), method: v.string(), input: v.unknown() });
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self' ws:; media-src 'self' blob:; worker-src 'self'; frame-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'cross-origin',
};

/**
 * HTTP and WebSocket on 127.0.0.1 for the staff window: files and media always, the whole staff contract with
 * `--loopback`. A page of another site may reach a loopback port, so every request but the empty shell shows a token,
 * and the Host header must be ours (DNS rebinding).
 */
export async function openLoopbackDoor(deps: LoopbackDeps): Promise<LoopbackDoor> {
  const { host, tokens, area, media, log } = deps;
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      const code = isPreauError(error) ? error.code : 'INTERNAL';
      log.warn('loopback.failed', { code });
      if (!response.headersSent) response.writeHead(code === 'NOT_FOUND' ? 404 : 400, SECURITY_HEADERS);
      response.end(JSON.stringify({ code }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const origins = new Set([origin, `http://localhost:${port}`, ...deps.windowOrigins]);

  function allowed(request: IncomingMessage): boolean {
    return (
      hosts.has(request.headers.host ?? '') &&
      (!request.headers.origin || origins.has(request.headers.origin))
    );
  }
  function connectionOf(request: IncomingMessage, url: URL): string | undefined {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    return tokens.connectionOf(bearer ?? url.searchParams.get('token') ?? '');
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!allowed(request)) {
      response.writeHead(403, SECURITY_HEADERS).end();
      return;
    }
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (request.headers.origin) {
      response.setHeader('access-control-allow-origin', request.headers.origin);
      response.setHeader('access-control-allow-headers', 'authorization, content-type, x-file-name');
      response.setHeader('access-control-allow-methods', 'GET, PUT, POST');
    }
    const url = URL.parse(request.url ?? '/', origin);
    if (!url) {
      response.writeHead(400).end();
    } else if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
    } else if (request.method === 'POST' && url.pathname === '/session') {
      await openSession(request, response);
    } else if (request.method === 'PUT' && url.pathname === '/upload') {
      await takeUpload(request, response, url);
    } else if (request.method === 'GET' && url.pathname.startsWith('/download/')) {
      await sendDownload(request, response, url);
    } else if (request.method === 'GET' && deps.staffFolder) {
      await serveStatic(deps.staffFolder, url.pathname, response);
    } else {
      response.writeHead(404).end();
    }
  }

  /** The page redeems its one-time code by POST; GET stays repeatable and gives nothing away. */
  async function openSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) {
      body += String(chunk);
      if (body.length > 1_000) throw new PreauError('TOO_LARGE', { limit: 1_000 });
    }
    const parsed = v.safeParse(v.strictObject({ code: v.string() }), safeJson(body));
    if (!deps.staffFolder || !parsed.success || !tokens.redeemTicket(parsed.output.code)) {
      response.writeHead(403).end(JSON.stringify({ code: 'CODE_USED' }));
      return;
    }
    const connection = `loopback-${deps.random(9).toString('base64url')}`;
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ token: tokens.tokenOf(connection) }));
  }

  async function takeUpload(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const connection = connectionOf(request, url);
    if (!connection) {
      response.writeHead(401).end();
      return;
    }
    const name = decodeURIComponent(String(request.headers['x-file-name'] ?? '')).slice(0, 200);
    const type = (request.headers['content-type'] ?? 'application/octet-stream').slice(0, 100);
    const id = await area.put(connection, name, type, request);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id }));
  }

  async function sendDownload(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const connection = connectionOf(request, url);
    const download = connection && area.offered(connection, url.pathname.slice('/download/'.length));
    if (!download) {
      response.writeHead(connection ? 404 : 401).end();
      return;
    }
    const body = await download.open();
    response.writeHead(200, {
      'content-type': download.type,
      'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(download.name)}`,
      'cache-control': 'no-store',
      // Bytes that a child may have made, never a page of ours: nothing in them runs.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      ...(download.size === undefined ? {} : { 'content-length': download.size }),
    });
    body.on('error', () => response.destroy());
    response.on('close', () => body.destroy());
    body.pipe(response);
  }

  const sockets = new WebSocketServer({ noServer: true, maxPayload: 8 * 1024 * 1024 });
  server.on('upgrade', (request, socket, head) => {
    // From here on the socket is ours: a line that is cut, or an address that is none, must not end the host.
    socket.on('error', () => socket.destroy());
    const url = URL.parse(request.url ?? '/', origin);
    const connection = url && allowed(request) ? connectionOf(request, url) : undefined;
    if (!url || !connection) {
      socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => ws.terminate());
      if (url.pathname === '/media') ws.once('close', media.join(connection, ws));
      else if (url.pathname === '/staff' && deps.staffFolder) serveStaff(connection, ws);
      else ws.close(4004);
    });
  });

  function serveStaff(connection: string, ws: WebSocket): void {
    const end = host.subscribe(connection, (event) => ws.send(JSON.stringify({ event })));
    ws.on('close', end);
    ws.on('message', (data, binary) => {
      const parsed = v.safeParse(frameSchema, binary ? undefined : safeJson(String(data)));
      if (!parsed.success) return ws.close(4000);
      const { id, method, input } = parsed.output;
      void host.request(connection, method, input).then((reply) => {
        if (ws.readyState === ws.OPEN) ws.send(JSON.stringify({ id, reply }));
      });
    });
  }

  return {
    url: origin,
    link: () => `${origin}/#code=${tokens.issueTicket()}`,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        sockets.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function safeJson(textIn: string): unknown {
  try {
    return JSON.parse(textIn);
  } catch {
    return undefined;
  }
}
