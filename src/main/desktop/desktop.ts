/**
 * A step of the start. It receives what the steps before it made, and may add to it.
 * A step that returns a promise delays the next ones; one that must run before Electron is ready returns none.
 */
export type Step<Before, Added> = (context: Before) => Added | Promise<Added>;

/** The start as a list of steps (see `../index.ts`); the compiler checks that each finds what it needs. */
export class Desktop<Context extends object> {
  private constructor(private readonly context: Context | Promise<Context>) {}

  static begin(): Desktop<object> {
    return new Desktop({});
  }

  init<Added extends object | undefined>(step: Step<Context, Added>): Desktop<Context & Added> {
    const { context } = this;
    if (context instanceof Promise) {
      return new Desktop(context.then(async (before) => extend(before, await step(before))));
    }
    const added = step(context);
    return added instanceof Promise
      ? new Desktop(added.then((result) => extend(context, result)))
      : new Desktop(extend(context, added));
  }

  onFailure(tell: (error: unknown) => void): void {
    if (this.context instanceof Promise) this.context.catch(tell);
  }
}

function extend<Before, Added>(before: Before, added: Added): Before & Added {
  return { ...before, ...added };
}
