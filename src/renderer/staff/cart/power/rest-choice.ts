import { ref } from 'vue';

/** « Mettre les appareils au repos », as last chosen in this window: putting away asks it, the press that says so obeys it. */
export const restAfter = ref(true);
