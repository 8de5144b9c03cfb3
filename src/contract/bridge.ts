import * as v from 'valibot';
import { ERROR_CODES } from '../domain/errors';

/** A failure as it crosses a process: the sentence is made by who shows it. */
export const failureSchema = v.object({
  code: v.picklist(ERROR_CODES),
  params: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
});
export type Failure = v.InferOutput<typeof failureSchema>;

export const replySchema = v.variant('ok', [
  v.object({ ok: v.literal(true), value: v.unknown() }),
  v.object({ ok: v.literal(false), error: failureSchema }),
]);
export type Reply = v.InferOutput<typeof replySchema>;

export const eventMessageSchema = v.object({ name: v.string(), payload: v.unknown() });
export type EventMessage = v.InferOutput<typeof eventMessageSchema>;

/**
 * All that the preload exposes, as `window.preau`. The contract gives method names and payloads their meaning; the
 * bridge only carries them. In a browser (loopback, LAN) a WebSocket offers the same three things.
 */
export interface StaffBridge {
  request(method: string, input: unknown): Promise<Reply>;
  /** @returns a function that ends the subscription */
  subscribe(listener: (event: EventMessage) => void): () => void;
}
