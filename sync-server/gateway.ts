import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNonces, MESSAGE_MAX_BYTES, parseMessage, PARCEL_VERSION } from '../src/exchange';
import type { FileAnswers } from '../src/exchange/files';
import { communeSchools, gatewayChannel, type CommuneSchool } from './commune-school';
import { codeFor, enrol, enrolSchema, note, sharedSecret } from './enrolment';
import { communeFiles } from './files/commune-files';
import { answerFiles, isFileAction } from './files/http';
import { wholeBody } from './http/body';
import { answerFailure, isExchangeAction, sendJson } from './http/exchange-http';
import { answerKeys, type RevisionKeys } from './http/keys';
import { watchedExchange } from './http/watched';
import { schoolLines } from './school-status';
import { NotProvisioned, type GatewayStore } from './store/shelf';

export interface GatewayOptions {
  readonly store: GatewayStore;
  /** 0 for any free one. */
  readonly port: number;
  /** Loopback unless a reverse proxy stands on another machine. */
  readonly host?: string;
  /** Files of schools; every gateway of the commune sees the same folder. Without it none are taken. */
  readonly files?: string;
  /** Opens `/admin/…`; without it there is no such path. */
  readonly adminToken?: string;
  /** Told about failures, as a code and a path without names. */
  readonly onFailure?: (code: string, path: string) => void;
}

export interface Gateway {
  /** `http://127.0.0.1:40123`; a school's requests stand under `/v0/schools/<uai>`. */
  readonly url: string;
  /** What the town hall gives a school on paper: enrols its head's key for that UAI. The same at each call. */
  enrolmentCode(uai: string): string;
  readonly counters: Readonly<Record<string, number>>;
  /** Revision keys of a school that is known here, for who took them from a head's poste itself (the relay). */
  readonly keys: {
    /** Names of those that are held; undefined for a school that nobody made known. */
    held(uai: string): Promise<readonly string[] | undefined>;
    keep(uai: string, keys: RevisionKeys): Promise<void>;
  };
  close(): Promise<void>;
}

/** A request may take this long on the thinnest line before its connection is given up, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15 * 60 * 1000;
const UAI = /^[0-9]{7}[a-z]$/;

/**
 * The commune's gateway: an HTTP shell over the engine and a store. It keeps nothing that another gateway over the same
 * store would need: what it remembers of a school is read again where it has moved.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { store } = options;
  const secret = await sharedSecret(store);
  const nonces = createNonces(secret, Date.now);
  const schools = communeSchools(store, nonces);
  const counters: Record<string, number> = {
    requests: 0,
    moved: 0,
    push: 0,
    pull: 0,
    retry: 0,
    keys: 0,
    failed: 0,
    cut: 0,
  };
  const count = (name: string): void => void (counters[name] = (counters[name] ?? 0) + 1);
  const settling = new Set<Promise<void>>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    count('requests');
    // Cut by hand: an address that is none is a path that does not exist, and has its answer.
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
    if (request.method === 'GET' && path === '/health') {
      await store.check();
      const open = { databases: store.open, schools: schools.remembered };
      return sendJson(response, 200, { ok: true, protocol: PARCEL_VERSION, counters, open });
    }
    if (path.startsWith('/admin/')) return administer(path, request, response);
    const [, version, area, uai = '', action = '', ...rest] = path.split('/');
    const known =
      version === `v${PARCEL_VERSION}` && area === 'schools' && UAI.test(uai) && rest.length === 0;
    if (!known) return sendJson(response, 404, { code: 'NOT_FOUND' });
    if (request.method === 'PUT' && action === '') return enrolSchool(uai, request, response);
    const isKnown = isExchangeAction(action) || (options.files !== undefined && isFileAction(action));
    if (request.method !== 'POST' || !isKnown) return sendJson(response, 404, { code: 'NOT_FOUND' });
    const school = await schools.find(uai);
    if (!school) return sendJson(response, 404, { code: 'SCHOOL_UNKNOWN' });
    count(action);
    if (isFileAction(action)) return answerFiles(filesOf(school), action, request, response);
    if (action === 'keys') await takeKeys(school, request, response);
    else if ((await watchedExchange(school, action, request, response)) === 'cut') count('cut');
    settle(school);
  }

  const filesOf = (school: CommuneSchool): FileAnswers =>
    communeFiles({
      folder: options.files ?? '',
      uai: school.uai,
      document: (audience, id) => school.documents.document(audience, id),
      book: school.replica.book,
      nonces,
      channel: gatewayChannel(school.uai),
    });

  /** Sweeps and years that ended: what follows from what came, while nobody waits for it. */
  function settle(school: CommuneSchool): void {
    const work = school
      .settle()
      .catch((error: unknown) => options.onFailure?.(nameOf(error), `settle ${school.uai}`))
      .finally(() => settling.delete(work));
    settling.add(work);
  }

  async function keepKeys(school: CommuneSchool, keys: RevisionKeys): Promise<void> {
    for (const { audience, key, revisionKey } of keys)
      await school.keepKey(audience, key, Buffer.from(revisionKey, 'base64url'));
    await school.flush();
  }

  function takeKeys(
    school: CommuneSchool,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { answers, replica } = school;
    const keep = (keys: RevisionKeys): Promise<void> => keepKeys(school, keys);
    return answerKeys({ answers, book: replica.book, keep }, request, response);
  }

  async function enrolSchool(uai: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = parseMessage(enrolSchema, await wholeBody(request, MESSAGE_MAX_BYTES));
    const outcome = await enrol(store, secret, uai, asked, async (school, headKey) => {
      const book = (await schools.find(uai))?.replica.book;
      return book?.school === school && book.isHeadKey(headKey);
    });
    if (outcome === 'ok') return sendJson(response, 200, {});
    sendJson(response, outcome === 'CODE_WRONG' ? 403 : 409, { code: outcome });
  }

  /** For the town hall's technician; `npm run commune -- --schools` asks here where the store has one owner. */
  async function administer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (options.adminToken === undefined || !isBearer(request, options.adminToken))
      return sendJson(response, options.adminToken === undefined ? 404 : 401, { code: 'FORBIDDEN' });
    if (request.method === 'GET' && path === '/admin/schools')
      return sendJson(response, 200, { schools: await schoolLines(store, schools) });
    const [, uai] = /^\/admin\/code\/([0-9]{7}[a-z])$/.exec(path) ?? [];
    if (request.method !== 'POST' || !uai) return sendJson(response, 404, { code: 'NOT_FOUND' });
    await note(store, uai, 'given');
    sendJson(response, 200, { code: codeFor(secret, uai) });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (error instanceof NotProvisioned) return sendJson(response, 503, { code: 'NOT_PROVISIONED' });
      count('failed');
      options.onFailure?.(nameOf(error), request.url ?? '');
      answerFailure(request, response, error);
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  const url = await listen(server, options.port, options.host ?? '127.0.0.1');
  return {
    url,
    enrolmentCode: (uai) => codeFor(secret, uai.toLowerCase()),
    counters,
    keys: {
      held: async (uai) => (await schools.find(uai))?.keys.names(),
      async keep(uai, keys) {
        const school = await schools.find(uai);
        if (!school) return;
        await keepKeys(school, keys);
        settle(school);
      },
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(settling);
    },
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

function isBearer(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from((request.headers.authorization ?? '').replace(/^Bearer /, ''));
  const right = Buffer.from(token);
  return right.length > 0 && given.length === right.length && timingSafeEqual(given, right);
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const { port: given } = server.address() as AddressInfo;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${given}`);
    });
  });
}
