import { shallowRef } from 'vue';

/** What the group of this device does now. */
export const workshop = shallowRef<{ readonly name: string; readonly text?: string | undefined }>();
