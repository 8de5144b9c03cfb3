import * as v from 'valibot';
import type { Reply } from '../contract/bridge';
import { findRequest, type Registry } from '../contract/define';
import { isPreauError, type ErrorParams } from '../domain/errors';
import type { Logger, Random } from './capability';

type AnyHandler<Context> = (context: Context, input: never) => unknown;
/** Handlers by subject and request; `satisfies StaffHandlers<…>` in each routes file checks them one by one. */
export type HandlerTable<Context> = Readonly<Record<string, Readonly<Record<string, AnyHandler<Context>>>>>;

/**
 * One door's way in: parse the input, call, parse the reply. What is not in the registry does not exist; a failure
 * that is not ours becomes `INTERNAL` with a reference to the log, never a stack on a screen.
 */
export function createDispatcher<Context>(
  registry: Registry,
  handlers: HandlerTable<Context>,
  tools: {
    readonly log: Logger;
    readonly random: Random;
    /** Told of every request there is and of its answer, before the answer goes. */
    readonly heard?: (context: Context, method: string, input: unknown, reply: Reply) => void;
  },
): (context: Context, method: string, input: unknown) => Promise<Reply> {
  const failed = (code: Parameters<typeof failure>[0], params: ErrorParams = {}): Reply =>
    failure(code, params);
  async function answer(handled: () => unknown, schema: v.GenericSchema, method: string): Promise<Reply> {
    try {
      const value = await handled();
      return { ok: true, value: v.parse(schema, value ?? {}) };
    } catch (error) {
      if (isPreauError(error)) return failed(error.code, error.params);
      const reference = tools.random(4).toString('hex');
      tools.log.error('request.failed', { method, reference, error: describe(error) });
      return failed('INTERNAL', { reference });
    }
  }
  return async (context, method, input) => {
    const definition = findRequest(registry, method);
    const [subject = '', request = ''] = method.split('.');
    const handler = Object.hasOwn(handlers, subject) ? handlers[subject]?.[request] : undefined;
    if (!definition || !handler) return failed('UNKNOWN_METHOD');
    const parsed = v.safeParse(definition.input, input ?? {});
    if (!parsed.success) return failed('BAD_INPUT', { path: v.getDotPath(parsed.issues[0]) ?? '' });
    const reply = await answer(() => handler(context, parsed.output as never), definition.reply, method);
    tools.heard?.(context, method, parsed.output, reply);
    return reply;
  };
}

function failure(code: Extract<Reply, { ok: false }>['error']['code'], params: ErrorParams): Reply {
  return { ok: false, error: { code, params } };
}

/** The kind of error and where it was thrown; messages may quote what a person typed, so they stay out. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const at = error.stack?.split('\n').find((entry) => entry.trimStart().startsWith('at '));
  return `${error.name}${at ? ` ${at.trim().replace(/\(?(file:\/\/)?\/.*\//, '(')}` : ''}`;
}
