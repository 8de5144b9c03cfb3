import { ref } from 'vue';

/** A button asks for the search that the shell holds. */
export const askedElsewhere = ref(0);
export const openSearch = (): void => void (askedElsewhere.value += 1);
