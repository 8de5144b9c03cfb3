import { ref, type Ref } from 'vue';
import { useFailure } from './failure';

/** A sending: one at a time, and why the last one failed. */
export function useSaving(): {
  busy: Ref<boolean>;
  failure: Ref<string>;
  /** @returns whether it was done; what fails is in `failure` */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
} {
  const { sentence } = useFailure();
  const busy = ref(false);
  const failure = ref('');
  return {
    busy,
    failure,
    async run(work) {
      if (busy.value) return false;
      busy.value = true;
      failure.value = '';
      try {
        await work();
        return true;
      } catch (error) {
        failure.value = sentence(error);
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
