import * as v from 'valibot';
import { replySchema } from '../../../contract/bridge';
import {
  computerEventSchema,
  computerRequests,
  type ComputerEvent,
  type ComputerRequest,
  type TextBridge,
} from '../../../contract/pupil-mode';
import { PreauError } from '../../../domain/errors';

type Requests = typeof computerRequests;

/** What crosses the bridge of a computer in pupil mode. @throws PreauError */
export async function askComputer<R extends ComputerRequest>(
  bridge: TextBridge,
  request: R,
  input: v.InferInput<Requests[R]['input']>,
): Promise<v.InferOutput<Requests[R]['reply']>> {
  const answer = parsed(await bridge.ask(JSON.stringify({ request, input })));
  if (!answer.ok) throw new PreauError(answer.error.code, answer.error.params);
  const definition: v.GenericSchema = computerRequests[request].reply;
  // One table of schemas, one for each request; TypeScript cannot follow the name there.
  return v.parse(definition, answer.value) as v.InferOutput<Requests[R]['reply']>;
}

export function readEvent(text: string, listener: (event: ComputerEvent) => unknown): void {
  const event = v.safeParse(computerEventSchema, JSON.parse(text));
  if (event.success) listener(event.output);
}

function parsed(text: string): v.InferOutput<typeof replySchema> {
  try {
    return v.parse(replySchema, JSON.parse(text));
  } catch (cause) {
    throw new PreauError('INTERNAL', { reference: '' }, { cause });
  }
}
