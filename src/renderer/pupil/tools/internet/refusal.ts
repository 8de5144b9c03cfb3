import { ref } from 'vue';
import type { Refusal } from '../../../../domain/internet/judge';

/** Why a page did not come just now; `off` stays as long as the Internet is cut. */
export const refusal = ref<Refusal>();
