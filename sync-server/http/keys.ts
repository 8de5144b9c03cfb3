import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSealed } from '../../src/domain/audience';
import {
  ExchangeRefused,
  keysRequestSchema,
  MESSAGE_MAX_BYTES,
  parseMessage,
  type Answers,
  type GrantBook,
  type KeysRequest,
} from '../../src/exchange';
import { wholeBody } from './body';
import { answerFailure, credentialOf, sendJson } from './exchange-http';

export type RevisionKeys = KeysRequest['keys'];

/** `keys` over HTTP: revision keys of open audiences, taken from a head's poste and from nobody else. */
export async function answerKeys(
  side: {
    readonly answers: Pick<Answers, 'caller'>;
    readonly book: GrantBook;
    /** Durable when it resolves. */
    readonly keep: (keys: RevisionKeys) => Promise<void>;
  },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await wholeBody(request, MESSAGE_MAX_BYTES);
    const caller = side.answers.caller('keys', body, credentialOf(request));
    const { keys } = parseMessage(keysRequestSchema, body);
    const isHead = side.book.grantsOf(caller).some(({ roles }) => roles.some(({ role }) => role === 'head'));
    if (!isHead || keys.some(({ audience }) => isSealed(audience)))
      return sendJson(response, 403, { code: 'FORBIDDEN' });
    await side.keep(keys);
    sendJson(response, 200, {});
  } catch (error) {
    if (!(error instanceof ExchangeRefused)) throw error;
    answerFailure(request, response, error);
  }
}
