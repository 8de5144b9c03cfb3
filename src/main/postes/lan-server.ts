import { createHash, X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isPreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import {
  createAnswers,
  createNonces,
  MESSAGE_MAX_BYTES,
  toText,
  type Grant,
  type GrantBook,
  type Replica,
  type Signer,
} from '../../exchange';
import { createFileAnswers, type FileShelf } from '../../exchange/files';
import type { Audience } from '../../domain/audience';
import { wholeBody } from '../../../sync-server/http/body';
import {
  answerExchange,
  answerFailure,
  isExchangeAction,
  sendJson,
} from '../../../sync-server/http/exchange-http';
import { answerKeys, type RevisionKeys } from '../../../sync-server/http/keys';
import { answerFiles, isFileAction } from '../../../sync-server/files/http';
import type { Disposable, Platform } from '../capability';
import { listen } from '../doors/lan/listen';

export interface LanServerDeps {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'log'>;
  readonly identity: { readonly poste: Id<'poste'>; readonly signer: Signer };
  /** This poste's own certificate; who it is, its signature over the certificate proves. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly replica: Replica;
  readonly audiences: () => ReadonlySet<Audience>;
  readonly introduce: (step: string, body: unknown) => Promise<unknown>;
  readonly onTaken: (count: number) => void;
  /** Files that this poste gives its neighbours (docs/files.md). */
  readonly files?: FileShelf;
  /** Of a relay that runs the commune's engine beside itself. */
  readonly keyShelf?: KeyShelf;
  /** 0 for any free port. Loopback in tests and in the demonstration. */
  readonly listen: { readonly host: string; readonly port: number };
}

/** Where heads' postes leave the revision keys of open audiences (docs/relay.md). */
export interface KeyShelf {
  /** Names of those that are held; undefined while none are wanted. */
  readonly held: readonly string[] | undefined;
  readonly keep: (keys: RevisionKeys) => Promise<void>;
}

export interface LanServer extends Disposable {
  readonly port: number;
}

/** A person walks from one computer to the other meanwhile; in milliseconds. */
const REQUEST_TIMEOUT_MS = 12 * 60 * 1000;

/** Connections open at once: a poste uses two or three, a school has a few dozen postes. */
const SOCKETS = { address: 32, all: 400 } as const;

/** Whoever opens more loses its own, and leaves the host its file descriptors for the class next door. */
function boundSockets(server: Server): void {
  const held = new Map<string, number>();
  server.maxConnections = SOCKETS.all;
  server.headersTimeout = 10_000;
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = held.get(address) ?? 0;
    if (count >= SOCKETS.address) return void socket.destroy();
    held.set(address, count + 1);
    socket.once('close', () => {
      const left = (held.get(address) ?? 1) - 1;
      if (left > 0) held.set(address, left);
      else held.delete(address);
    });
  });
}

/** SHA-256 over the certificate: names the channel in every request's signature. */
export const fingerprintOf = (cert: string): string =>
  toText(createHash('sha256').update(new X509Certificate(cert).raw).digest());

/** Statements about heads' keys that are shown, in characters of JSON: the last one says what the former ones said. */
const SHOWN_MAX_LENGTH = 256 * 1024;
/** Of the keys that heads' keys name, so many. */
const SHOWN_KEYS_MAX = 20;

/** Whose keys sign, as the grants say it, from the last statement on: a relay's answer stays short. */
function statementsOf(book: GrantBook): readonly Grant[] {
  const all = book.all();
  const ends: Grant[] = [];
  let length = 0;
  for (const end of all.filter(({ kind }) => kind === 'headKeyEnd').reverse()) {
    length += JSON.stringify(end).length;
    if (length > SHOWN_MAX_LENGTH || ends.length === SHOWN_KEYS_MAX) break;
    ends.unshift(end);
  }
  return [...all.filter(({ kind }) => kind === 'headKey').slice(-SHOWN_KEYS_MAX), ...ends];
}

/** What a poste says to other postes of its school: who it is, the four requests, an introduction. */
export async function openLanServer(deps: LanServerDeps): Promise<LanServer> {
  const { platform, identity } = deps;
  const channel = fingerprintOf(deps.tls.cert);
  const nonces = createNonces(platform.random(32), platform.clock);
  const { book } = deps.replica;
  const files = deps.files && createFileAnswers({ book, nonces, channel, shelf: deps.files });
  const answers = createAnswers({
    replica: deps.replica,
    nonces,
    channel,
    holds: deps.audiences,
    onTaken: deps.onTaken,
  });
  const proof = toText(identity.signer.sign('lan', Buffer.from(`${identity.poste}\n${channel}`)));

  /**
   * A relay shows its grant, which names nobody: a laptop that was away when it was introduced believes the head who signed.
   * And whose keys sign: one that was put back from before an exchange of the head's key is known to nobody until it hears of it.
   */
  function shown(): { readonly grants?: readonly Grant[]; readonly keys?: readonly string[] } {
    const { book } = deps.replica;
    const own = book.grantsOf(identity.poste).filter((grant) => grant.carries && grant.person === null);
    const grants = [...statementsOf(book), ...own];
    const keys = deps.keyShelf?.held;
    if (own.length > 0) return { grants, ...(keys ? { keys } : {}) };
    return book.endedHeadKeys().length > 0 ? { grants } : {};
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, version, room, action = '', ...rest] = (request.url ?? '').split('/');
    if (version !== 'v0' || rest.length > 0) return sendJson(response, 404, { code: 'NOT_FOUND' });
    if (request.method === 'GET' && room === 'poste')
      return sendJson(response, 200, { poste: identity.poste, proof, ...shown() });
    if (request.method !== 'POST') return sendJson(response, 404, { code: 'NOT_FOUND' });
    if (room === 'exchange' && isExchangeAction(action) && action !== 'keys')
      return answerExchange(answers, action, request, response);
    if (room === 'exchange' && action === 'keys' && deps.keyShelf?.held)
      return answerKeys({ answers, book, keep: deps.keyShelf.keep }, request, response);
    if (room === 'exchange' && files && isFileAction(action))
      return answerFiles(files, action, request, response);
    if (room !== 'introduction') return sendJson(response, 404, { code: 'NOT_FOUND' });
    const body = (await wholeBody(request, MESSAGE_MAX_BYTES)).toString('utf8');
    sendJson(response, 200, await deps.introduce(action, JSON.parse(body)));
  }

  const server = createServer({ cert: deps.tls.cert, key: deps.tls.key }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (isPreauError(error) && !response.headersSent) return sendJson(response, 403, { code: error.code });
      if (error instanceof SyntaxError && !response.headersSent)
        return sendJson(response, 400, { code: 'BAD_REQUEST' });
      platform.log.warn('lan.failed', { error: error instanceof Error ? error.name : 'unknown' });
      answerFailure(request, response, error);
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  boundSockets(server);
  const port = await listen(server, deps.listen.host, deps.listen.port);
  return {
    port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
