import { ref } from 'vue';

/** « C'est à toi » stands on the glass. */
export const called = ref(false);
