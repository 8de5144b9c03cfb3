import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isPreauError, PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';

/** A gateway that says nothing for so long is not there, in milliseconds. */
const ENROL_TIMEOUT_MS = 20_000;
/** Characters of its answer at the most. */
const ANSWER_MAX = 4096;

/**
 * Makes the school known to its commune: its head's public key, with the code the town hall gave on paper. Again is
 * harmless. @throws PreauError `NO_LINE`, `GATEWAY_REFUSED` (CODE_WRONG, OTHER_SCHOOL)
 */
export async function enrolAtCommune(input: {
  readonly url: string;
  readonly school: Id<'school'>;
  readonly headKey: string;
  readonly code: string;
}): Promise<void> {
  const { school, headKey, code } = input;
  const body = Buffer.from(JSON.stringify({ school, headKey, code }));
  const url = new URL(input.url);
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'content-length': body.length },
    signal: AbortSignal.timeout(ENROL_TIMEOUT_MS),
  });
  let response: IncomingMessage;
  let text = '';
  try {
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
    });
    request.end(body);
    response = await answered;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      text += chunk.toString('utf8');
      // What is asked is one short code: who says more is not a gateway, and is not listened to.
      if (text.length > ANSWER_MAX) {
        request.destroy();
        throw new PreauError('GATEWAY_REFUSED', { reason: 'TOO_LARGE' });
      }
    }
  } catch (cause) {
    if (isPreauError(cause)) throw cause;
    throw new PreauError('NO_LINE', {}, { cause });
  }
  if (response.statusCode === 200) return;
  const reason = /"code":"([A-Z_]{1,40})"/.exec(text)?.[1] ?? `HTTP_${response.statusCode ?? 0}`;
  throw new PreauError('GATEWAY_REFUSED', { reason });
}
