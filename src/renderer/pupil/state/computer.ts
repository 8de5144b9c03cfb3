import * as v from 'valibot';
import { replySchema } from '../../../contract/bridge';
import { computerRequests, type ComputerBridge, type ComputerRequest } from '../../../contract/pupil-mode';
import { PreauError } from '../../../domain/errors';

type Requests = typeof computerRequests;

/** The computer this page runs on, where it is one in pupil mode. */
export interface Computer {
  /** @throws PreauError */
  ask<R extends ComputerRequest>(
    request: R,
    input: v.InferInput<Requests[R]['input']>,
  ): Promise<v.InferOutput<Requests[R]['reply']>>;
  /** An application ended by itself: ask again. @returns a function that ends it */
  onChange(listener: () => void): () => void;
}

/** Absent in a browser. */
export function computer(): Computer | undefined {
  const { preauComputer: bridge } = globalThis as { preauComputer?: ComputerBridge };
  if (!bridge) return undefined;
  return {
    async ask<R extends ComputerRequest>(request: R, input: v.InferInput<Requests[R]['input']>) {
      const answer = parsed(await bridge.ask(JSON.stringify({ request, input })));
      if (!answer.ok) throw new PreauError(answer.error.code, answer.error.params);
      const definition: v.GenericSchema = computerRequests[request].reply;
      // One table of schemas, one for each request; TypeScript cannot follow the name there.
      return v.parse(definition, answer.value) as v.InferOutput<Requests[R]['reply']>;
    },
    onChange: (listener) => bridge.onChange(listener),
  };
}

function parsed(text: string): v.InferOutput<typeof replySchema> {
  try {
    return v.parse(replySchema, JSON.parse(text));
  } catch (cause) {
    throw new PreauError('INTERNAL', { reference: '' }, { cause });
  }
}
