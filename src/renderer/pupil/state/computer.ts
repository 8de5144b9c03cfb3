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

/** The computer this page runs on, where it is one in pupil mode. */
export interface Computer {
  /** @throws PreauError */
  ask<R extends ComputerRequest>(
    request: R,
    input: v.InferInput<Requests[R]['input']>,
  ): Promise<v.InferOutput<Requests[R]['reply']>>;
  /** An application ended by itself: ask again. @returns a function that ends it */
  onChange(listener: () => void): () => void;
  /** Files that left, or did not. */
  onCopy(listener: (copy: Extract<ComputerEvent, { what: 'copy' }>) => void): () => void;
}

/** Absent in a browser. */
export function computer(): Computer | undefined {
  const { preauComputer: bridge } = globalThis as { preauComputer?: TextBridge };
  if (!bridge) return undefined;
  const hear = (listener: (event: ComputerEvent) => unknown): (() => void) =>
    bridge.subscribe((text) => {
      const event = v.safeParse(computerEventSchema, JSON.parse(text));
      if (event.success) listener(event.output);
    });
  return {
    async ask<R extends ComputerRequest>(request: R, input: v.InferInput<Requests[R]['input']>) {
      const answer = parsed(await bridge.ask(JSON.stringify({ request, input })));
      if (!answer.ok) throw new PreauError(answer.error.code, answer.error.params);
      const definition: v.GenericSchema = computerRequests[request].reply;
      // One table of schemas, one for each request; TypeScript cannot follow the name there.
      return v.parse(definition, answer.value) as v.InferOutput<Requests[R]['reply']>;
    },
    onChange: (listener) => hear((event) => event.what === 'changed' && listener()),
    onCopy: (listener) => hear((event) => event.what === 'copy' && listener(event)),
  };
}

function parsed(text: string): v.InferOutput<typeof replySchema> {
  try {
    return v.parse(replySchema, JSON.parse(text));
  } catch (cause) {
    throw new PreauError('INTERNAL', { reference: '' }, { cause });
  }
}
