import { reactive } from 'vue';

/** Whether the class is in the yard. */
export const rest = reactive({ on: false });
