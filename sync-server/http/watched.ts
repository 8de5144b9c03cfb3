import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Answers, ExchangeAction } from '../../src/exchange';
import type { CommuneSchool } from '../commune-school';
import { noteRequest, type Outcome } from '../school-status';
import { answerExchange } from './exchange-http';

/**
 * One of the exchange's requests at the commune: answered as everywhere, made durable before the answer, and noted for
 * whoever asks which school has been silent.
 * @returns 'cut' where the line ended before the answer
 */
export async function watchedExchange(
  school: CommuneSchool,
  action: Exclude<ExchangeAction, 'keys'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<'answered' | 'cut'> {
  let poste: string | undefined;
  let isSame = false;
  let pushed = false;
  let isProven = false;
  const before = school.taken;
  const answers: Answers = {
    ...school.answers,
    async moved(body, credential) {
      const reply = await school.answers.moved(body, credential);
      isSame = reply.same;
      // Who was put out still knows the ids of its colleagues' postes: it must not speak for a school that is silent.
      if (reply.same || reply.vectors) poste = posteIn(body);
      return reply;
    },
    async push(chunks) {
      try {
        const reply = await school.answers.push(chunks);
        pushed = true;
        isProven = reply.duplicates > 0;
        return reply;
      } finally {
        isProven ||= school.taken > before;
        // Also what came whole before a cut: it is not offered again.
        await school.flush();
      }
    },
  };
  await answerExchange(answers, action, request, response);
  const isCut = action === 'push' ? !pushed : response.destroyed && !response.writableFinished;
  const outcome: Outcome | undefined = {
    moved: isSame ? ('nothing-new' as const) : ('begun' as const),
    push: isCut ? ('cut-at-push' as const) : ('pushed' as const),
    pull: isCut ? ('cut-at-pull' as const) : ('done' as const),
    retry: undefined,
  }[action];
  const { bytesIn, bytesOut } = newBytes(request.socket);
  // Anybody may send bytes: what is written down was signed, or brought something that was.
  const isSomebody = {
    moved: poste !== undefined,
    push: isProven,
    pull: response.statusCode === 200,
    retry: false,
  };
  if (outcome && isSomebody[action])
    await noteRequest(school, { outcome, bytesIn, bytesOut, ...(poste === undefined ? {} : { poste }) });
  return isCut ? 'cut' : 'answered';
}

/** What each connection had carried at its last request: a short request is read whole before it is answered. */
const carried = new WeakMap<Socket, { readonly read: number; readonly written: number }>();

function newBytes(socket: Socket): { bytesIn: number; bytesOut: number } {
  const before = carried.get(socket) ?? { read: 0, written: 0 };
  const now = { read: socket.bytesRead, written: socket.bytesWritten };
  carried.set(socket, now);
  return { bytesIn: now.read - before.read, bytesOut: now.written - before.written };
}

/** Parsed by the engine a moment ago. */
const posteIn = (body: Buffer): string => String((JSON.parse(body.toString()) as { poste?: unknown }).poste);
