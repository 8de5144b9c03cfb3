import { ref } from 'vue';

/** The discussion is on the screen, opened from the strip above the wall. */
export const panel = ref(false);
/** Messages that came while it was not. */
export const unread = ref(0);
