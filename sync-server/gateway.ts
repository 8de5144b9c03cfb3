import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import {
  createNonces,
  idSchema,
  isPublicKeyText,
  keysRequestSchema,
  MESSAGE_MAX_BYTES,
  parseMessage,
  PARCEL_VERSION,
} from '../src/exchange';
import { isSealed } from '../src/domain/audience';
import { openSchool } from './commune-replica';
import { wholeBody } from './http/body';
import {
  answerExchange,
  answerFailure,
  credentialOf,
  isExchangeAction,
  sendJson,
} from './http/exchange-http';
import { parcelsDatabase, writeSchool } from './school-record';
import type { GatewayStore } from './store/shelf';

export interface GatewayOptions {
  readonly store: GatewayStore;
  /** 0 for any free one. */
  readonly port: number;
  /** Loopback unless a reverse proxy stands on another machine. */
  readonly host?: string;
  /** Told about failures, as a code and a path without names. */
  readonly onFailure?: (code: string, path: string) => void;
}

export interface Gateway {
  /** `http://127.0.0.1:40123`; a school's requests stand under `/v0/schools/<uai>`. */
  readonly url: string;
  /** What the town hall gives a school on paper: enrols its head's key for that UAI. The same at each call. */
  enrolmentCode(uai: string): string;
  readonly counters: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** A request may take this long on the thinnest line before its connection is given up, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15 * 60 * 1000;
const UAI = /^[0-9]{7}[a-z]$/;

const enrolSchema = v.strictObject({
  school: idSchema('school'),
  headKey: v.custom<string>((key) => typeof key === 'string' && isPublicKeyText(key)),
  code: v.pipe(v.string(), v.maxLength(40)),
});

/** The commune's gateway: an HTTP shell over the engine and a store. Keeps nothing in memory but counters. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { store } = options;
  const secret = await sharedSecret(store);
  const nonces = createNonces(secret, Date.now);
  const counters: Record<string, number> = {
    requests: 0,
    moved: 0,
    push: 0,
    pull: 0,
    retry: 0,
    keys: 0,
    failed: 0,
  };
  const count = (name: string): void => void (counters[name] = (counters[name] ?? 0) + 1);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    count('requests');
    // Cut by hand: an address that is none is a path that does not exist, and has its answer.
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
    if (request.method === 'GET' && path === '/health') {
      await store.check();
      return sendJson(response, 200, { ok: true, protocol: PARCEL_VERSION, counters });
    }
    const [, version, schools, uai = '', action = '', ...rest] = path.split('/');
    const known =
      version === `v${PARCEL_VERSION}` && schools === 'schools' && UAI.test(uai) && rest.length === 0;
    if (!known) return sendJson(response, 404, { code: 'NOT_FOUND' });
    if (request.method === 'PUT' && action === '') return enrol(uai, request, response);
    if (request.method !== 'POST' || !isExchangeAction(action))
      return sendJson(response, 404, { code: 'NOT_FOUND' });
    const school = await openSchool(store, uai, nonces);
    if (!school) return sendJson(response, 404, { code: 'SCHOOL_UNKNOWN' });
    count(action);
    if (action !== 'keys') return answerExchange(school.answers, action, request, response);
    const body = await wholeBody(request, MESSAGE_MAX_BYTES);
    const caller = school.answers.caller('keys', body, credentialOf(request));
    const { keys } = parseMessage(keysRequestSchema, body);
    const isHead = school.replica.book
      .grantsOf(caller)
      .some((grant) => grant.roles.some((role) => role.role === 'head'));
    if (!isHead || keys.some((key) => isSealed(key.audience)))
      return sendJson(response, 403, { code: 'FORBIDDEN' });
    for (const { audience, key, revisionKey } of keys)
      await school.keepKey(audience, key, Buffer.from(revisionKey, 'base64url'));
    // What came before its key is unpacked now.
    const again = await openSchool(store, uai, nonces);
    for (const { audience } of keys) await again?.replica.applyBacklog(audience);
    sendJson(response, 200, {});
  }

  async function enrol(uai: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { school, headKey, code } = parseMessage(enrolSchema, await wholeBody(request, MESSAGE_MAX_BYTES));
    if (!sameCode(code, codeFor(secret, uai))) return sendJson(response, 403, { code: 'CODE_WRONG' });
    const shelf = await store.open(parcelsDatabase(uai));
    const outcome = await writeSchool(shelf, { uai, school, headKeys: [headKey] });
    if (outcome === 'other-school') sendJson(response, 409, { code: 'OTHER_SCHOOL' });
    else sendJson(response, 200, {});
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      count('failed');
      options.onFailure?.(error instanceof Error ? error.name : 'unknown', request.url ?? '');
      answerFailure(request, response, error);
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  const url = await listen(server, options.port, options.host ?? '127.0.0.1');
  return {
    url,
    enrolmentCode: (uai) => codeFor(secret, uai.toLowerCase()),
    counters,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Several gateways over one store share it: a challenge of one is answered at another. */
async function sharedSecret(store: GatewayStore): Promise<Buffer> {
  const shelf = await store.open('preau_gateway');
  for (;;) {
    const held = await shelf.get('secret');
    if (held) return Buffer.from(String(held['bytes']), 'base64');
    await shelf.put({ _id: 'secret', bytes: randomBytes(32).toString('base64') });
  }
}

/** 50 bits a person can copy from paper: `k3zq-7p2w-ab`. */
function codeFor(secret: Buffer, uai: string): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  const bytes = createHmac('sha256', secret).update(`preau enrolment v0\n${uai}`).digest();
  const letters = Array.from({ length: 10 }, (_, at) => alphabet.charAt((bytes[at] ?? 0) % 32)).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}

function sameCode(given: string, expected: string): boolean {
  const clean = Buffer.from(given.trim().toLowerCase());
  const right = Buffer.from(expected);
  return clean.length === right.length && timingSafeEqual(clean, right);
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
