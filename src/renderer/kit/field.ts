import { computed, inject, provide, useId, type ComputedRef, type InjectionKey } from 'vue';

/** What a field tells the control inside it: its id, the sentences that describe it, whether it is wrong. */
export interface FieldContext {
  readonly id: string;
  readonly labelId: string;
  readonly describedBy: ComputedRef<string | undefined>;
  readonly invalid: ComputedRef<boolean>;
  readonly required: ComputedRef<boolean>;
}

const KEY: InjectionKey<FieldContext> = Symbol('field');

interface FieldState {
  hint: () => string | undefined;
  error: () => string | undefined;
  required: () => boolean;
}

export function provideField(state: FieldState): FieldContext {
  const id = useId();
  const context: FieldContext = {
    id,
    labelId: `${id}-label`,
    describedBy: computed(() => {
      const ids = [state.hint() && `${id}-hint`, state.error() && `${id}-error`].filter(Boolean);
      return ids.length > 0 ? ids.join(' ') : undefined;
    }),
    invalid: computed(() => Boolean(state.error())),
    required: computed(state.required),
  };
  provide(KEY, context);
  return context;
}

/** The field around this control, if there is one. */
export function useField(): FieldContext | undefined {
  return inject(KEY, undefined);
}
