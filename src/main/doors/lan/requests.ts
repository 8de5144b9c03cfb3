import type { IncomingMessage, ServerResponse } from 'node:http';
import { toDer } from '../../devices/x509';
import type { LanDoorDeps } from './deps';
import { appleProfile } from './apple-profile';
import { belowFloor } from './browser-floor';
import { fileRequests, uploadRequests } from './file-requests';
import { answerText, secure } from './headers';
import type { Noticed } from '../../classroom/check/service';
import type { AddressBook } from './limits';
import {
  checkPage,
  checkPolicy,
  checkScript,
  CLOCK_SCRIPT,
  installPage,
  oldBrowserPage,
  PLAIN_POLICY,
  POINT,
  welcomePage,
} from './plain-pages';
import type { StaticApp } from './static-app';

export interface DoorHere {
  /** Host headers this door answers to, with their port: a page of another site that points its name here gets nothing. */
  hosts(kind: 'secure' | 'plain'): ReadonlySet<string>;
  secureUrl(): string;
}
/** The one name outside that a page may call: heard by the filter of the Internet and by nobody else. */
const PROBE = 'https://*.sonde.preau.invalid';
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export function createRequestHandler(
  deps: LanDoorDeps,
  kind: 'secure' | 'plain',
  tools: {
    readonly app: StaticApp;
    readonly book: AddressBook;
    readonly here: DoorHere;
    readonly stalled: number;
  },
): Handler {
  const { app, book, here } = tools;
  const files = fileRequests(deps.gate);
  const uploads = uploadRequests(deps.gate);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Cut by hand: `//` is a path here, and no address of another host.
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const ticket = /^\/(files|uploads)\/([A-Za-z0-9_-]{1,64})$/.exec(path);
    secure(response, `${kind === 'secure' ? 'wss:' : 'ws:'} ${PROBE}`);
    if (ticket?.[1] === 'files' && reads) return files(ticket[2] ?? '', request, response);
    if (ticket && kind === 'secure' && (request.method === 'PUT' || request.method === 'HEAD'))
      return uploads(ticket[2] ?? '', request, response);
    if (!reads) return answerText(response, 405, 'Cette page se lit seulement.');
    if (belowFloor(request.headers['user-agent'] ?? '') && (path === '/' || path === '/visiteur')) {
      notice(request, { oldBrowser: true });
      return html(response, oldBrowserPage(deps.clock()));
    }
    if (kind === 'plain' && path === '/verifier.gif') {
      notice(request, ofCheck(request.url ?? ''));
      return send(response, 'image/gif', POINT);
    }
    if (kind === 'secure' && path === '/essai.gif') {
      // Asked by the plain page: another origin on purpose.
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
      return send(response, 'image/gif', POINT);
    }
    // A computer in pupil mode meets the school here, and an adult compares its print (docs/pupil-mode.md).
    if (kind === 'secure' && path === '/ecole.crt')
      return send(response, 'application/x-x509-ca-cert', toDer(deps.certificates.root), 'ecole.crt');
    if (kind === 'plain') notice(request, {});
    if (kind === 'plain' && plain(path, response)) return;
    const page =
      kind === 'plain' ? { '/visiteur': '/index.html' } : { '/telecommande': '/telecommande.html' };
    if (await app.serve(page[path as keyof typeof page] ?? path, request, response)) return;
    answerText(response, 404, 'Cette page n’existe pas.');
  }

  const notice = (request: IncomingMessage, what: Noticed): void =>
    deps.gate.tools.check.notice((request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''), what);

  /** @returns false for what the pupil app answers */
  function plain(path: string, response: ServerResponse): boolean {
    const { root } = deps.certificates;
    if (path === '/') html(response, welcomePage(deps.clock()));
    else if (path === '/installer') html(response, installPage(here.secureUrl(), deps.clock()));
    else if (path === '/verifier') html(response, checkPage(deps.clock()), checkPolicy(here.secureUrl()));
    else if (path === '/verifier.js')
      send(response, 'text/javascript; charset=utf-8', checkScript(here.secureUrl()));
    else if (path === '/horloge.js') send(response, 'text/javascript; charset=utf-8', CLOCK_SCRIPT);
    else if (path === '/proxy.pac' || path === '/wpad.dat')
      send(response, 'application/x-ns-proxy-autoconfig', deps.gate.tools.internet.pac());
    else if (path === '/ecole.crt') send(response, 'application/x-x509-ca-cert', toDer(root), 'ecole.crt');
    else if (path === '/ecole.mobileconfig')
      send(response, 'application/x-apple-aspen-config', appleProfile(root), 'ecole.mobileconfig');
    else return false;
    return true;
  }

  return (request, response) => {
    // A file or an upload that does not move is let go of (Node's own answer to a silent socket); the device asks for the
    // rest. No listener here: a line carries many requests, and each would add one.
    request.socket.setTimeout(tools.stalled);
    if (!here.hosts(kind).has((request.headers.host ?? '').toLowerCase()))
      return answerText(response, 421, 'Cette adresse n’est pas celle de la classe.');
    if (!book.request(request.socket.remoteAddress ?? ''))
      return answerText(response, 429, 'Trop de demandes à la fois.');
    answer(request, response).catch((error: unknown) => {
      deps.log.warn('lan.request', { kind, error: error instanceof Error ? error.name : typeof error });
      if (response.headersSent || !response.writable) return void response.destroy();
      answerText(response, 500, 'Préau n’a pas pu répondre.');
    });
  };
}

function html(response: ServerResponse, body: string, policy = PLAIN_POLICY): void {
  response.setHeader('content-security-policy', policy);
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(body);
}

function send(response: ServerResponse, type: string, body: string | Buffer, name?: string): void {
  response.writeHead(200, {
    'content-type': type,
    'cache-control': 'no-store',
    ...(name && { 'content-disposition': `attachment; filename="${name}"` }),
  });
  response.end(body);
}

/** What the plain check says it found; anything else is nothing. */
function ofCheck(url: string): Noticed {
  const said = new URLSearchParams(url.split('?')[1] ?? '');
  const off = Number(said.get('off') ?? NaN);
  return {
    ...(Number.isFinite(off) && { clockOff: off }),
    ...(said.get('trust') === '0' && { refusedCertificate: true }),
    ...(said.get('trust') === '1' && { refusedCertificate: false }),
  };
}
