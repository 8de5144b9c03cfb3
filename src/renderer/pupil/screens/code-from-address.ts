import { ref, watch, type Ref } from 'vue';
import { dropCodes, takeCode } from '../state/address';
import type { State } from '../state/model';

/** The code being typed; one that came with the address (a QR) is sent by itself as soon as the door listens. */
export function useCode(
  state: State,
  kind: 'enrol' | 'visit',
  length: number,
  send: () => Promise<void>,
): Ref<string> {
  const code = ref(takeCode(kind)?.slice(0, length) ?? '');
  dropCodes();
  if (code.value.length === length) {
    const stop = watch(
      () => state.line,
      (line) => {
        if (line !== 'up') return;
        void send();
        stop();
      },
      { flush: 'post' },
    );
    if (state.line === 'up') {
      stop();
      void send();
    }
  }
  return code;
}
