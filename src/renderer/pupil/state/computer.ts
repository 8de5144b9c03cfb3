import type * as v from 'valibot';
import type {
  computerRequests,
  ComputerEvent,
  ComputerRequest,
  TextBridge,
} from '../../../contract/pupil-mode';

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

/** How its words are read is fetched with the first of them: a browser never needs it. */
const words = () => import('./computer-words');

/** Absent in a browser. */
export function computer(): Computer | undefined {
  const { preauComputer: bridge } = globalThis as { preauComputer?: TextBridge };
  if (!bridge) return undefined;
  const hear = (listener: (event: ComputerEvent) => unknown): (() => void) =>
    bridge.subscribe((text) => void words().then(({ readEvent }) => readEvent(text, listener)));
  return {
    ask: async (request, input) => (await words()).askComputer(bridge, request, input),
    onChange: (listener) => hear((event) => event.what === 'changed' && listener()),
    onCopy: (listener) => hear((event) => event.what === 'copy' && listener(event)),
  };
}
