import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';

/** What a process of a bench answers to, by name. */
export type Answers = Readonly<Record<string, (input: never) => Promise<unknown>>>;

interface Question {
  readonly ask: string;
  readonly input: unknown;
}
interface Reply {
  readonly value?: unknown;
  readonly error?: string;
}

/** In the child: answers its parent's questions one at a time, and ends with it. */
export function answerParent(answers: Answers): void {
  process.on('message', ({ ask, input }: Question) => {
    const answer = answers[ask];
    const outcome = answer ? answer(input as never) : Promise.reject(new Error(`nobody answers ${ask}`));
    outcome.then(
      (value) => process.send?.({ value } satisfies Reply),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : 'unknown' }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}

export interface Role {
  ask<T>(question: string, input?: unknown): Promise<T>;
  close(): Promise<void>;
}

/** Arguments with which node runs one exported function of a bench's own bundle. */
export const roleArguments = (bundle: string, role: string): string[] => [
  '--input-type=module',
  '-e',
  `const { ${role} } = await import(${JSON.stringify(bundle)}); await ${role}();`,
];

export function roleOf(child: ChildProcess): Role {
  return {
    async ask<T>(question: string, input?: unknown): Promise<T> {
      const listening = new AbortController();
      const { signal } = listening;
      const answered = once(child, 'message', { signal }) as Promise<[Reply]>;
      const ended = once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`a process of the bench ended (${String(code)}) during ${question}`);
      });
      child.send({ ask: question, input: input ?? null } satisfies Question);
      const [reply] = await Promise.race([answered, ended]).finally(() => listening.abort());
      if (reply.error !== undefined) throw new Error(`${question}: ${reply.error}`);
      return reply.value as T;
    },
    async close() {
      if (child.exitCode !== null || !child.connected) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
