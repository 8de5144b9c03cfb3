import * as v from 'valibot';
import { isId, type Id, type IdPrefix } from '../domain/id';

/**
 * How a subject of the contract is written: requests (input and reply) and events, as schemas. Both sides parse:
 * the door parses what comes in, the client parses what comes back. JSON only; bytes have their own door.
 */
export interface RequestDefinition {
  readonly input: v.GenericSchema;
  readonly reply: v.GenericSchema;
}
export interface Subject {
  readonly requests: Readonly<Record<string, RequestDefinition>>;
  readonly events: Readonly<Record<string, v.GenericSchema>>;
}
export type Registry = Readonly<Record<string, Subject>>;

/** Declares a subject and keeps its exact types. */
export function subject<const S extends Subject>(definition: S): S {
  return definition;
}

/** Functions that answer a subject's requests; `Context` says who asks. */
export type Handlers<S extends Subject, Context> = {
  readonly [K in keyof S['requests']]: (
    context: Context,
    input: v.InferOutput<S['requests'][K]['input']>,
  ) => Promise<v.InferInput<S['requests'][K]['reply']>> | v.InferInput<S['requests'][K]['reply']>;
};

/** `lesson.open`: subject and request in one word, as the wire carries it. */
export type MethodOf<R extends Registry> = {
  [S in keyof R & string]: `${S}.${keyof R[S]['requests'] & string}`;
}[keyof R & string];
export type EventOf<R extends Registry> = {
  [S in keyof R & string]: `${S}.${keyof R[S]['events'] & string}`;
}[keyof R & string];

type Split<M extends string> = M extends `${infer S}.${infer K}` ? [S, K] : never;
export type InputOf<R extends Registry, M extends MethodOf<R>> = v.InferInput<
  R[Split<M>[0]]['requests'][Split<M>[1]]['input']
>;
export type ReplyOf<R extends Registry, M extends MethodOf<R>> = v.InferOutput<
  R[Split<M>[0]]['requests'][Split<M>[1]]['reply']
>;
export type PayloadOf<R extends Registry, E extends EventOf<R>> = v.InferOutput<
  R[Split<E>[0]]['events'][Split<E>[1]]
>;

/** The definition behind `subject.request`, or undefined; own properties only, so `constructor.x` finds nothing. */
export function findRequest(registry: Registry, method: string): RequestDefinition | undefined {
  const [name, request, ...rest] = method.split('.');
  if (name === undefined || request === undefined || rest.length > 0) return undefined;
  if (!Object.hasOwn(registry, name)) return undefined;
  const requests = registry[name]?.requests;
  return requests && Object.hasOwn(requests, request) ? requests[request] : undefined;
}

export function findEvent(registry: Registry, name: string): v.GenericSchema | undefined {
  const [of, event, ...rest] = name.split('.');
  if (of === undefined || event === undefined || rest.length > 0 || !Object.hasOwn(registry, of))
    return undefined;
  const events = registry[of]?.events;
  return events && Object.hasOwn(events, event) ? events[event] : undefined;
}

// Building blocks shared by the subjects.

/** An identifier of that kind. */
export const id = <P extends IdPrefix>(prefix: P) =>
  v.custom<Id<P>>((value) => isId(value, prefix), `id ${prefix}`);
/** A line a person typed: trimmed, not empty, no control characters. `max` in UTF-16 units. */
export const line = (max = 200) =>
  v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(max), v.regex(/^[^\u0000-\u001f\u007f]*$/));
/** A text a person typed, lines allowed, possibly empty. */
export const text = (max = 10_000) => v.pipe(v.string(), v.maxLength(max));
export const instantSchema = v.pipe(v.string(), v.isoTimestamp());
export const localDateSchema = v.pipe(v.string(), v.isoDate());
export const halfDaySchema = v.object({ date: localDateSchema, half: v.picklist(['AM', 'PM']) });
export const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const nothing = v.strictObject({});
export const done = v.object({});
