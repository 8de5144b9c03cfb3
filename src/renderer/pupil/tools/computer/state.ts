import { reactive, shallowRef } from 'vue';
import type { ComputerEvent } from '../../../../contract/pupil-mode';

export const adult = reactive({ open: false });
/** The last file that left, or did not. */
export const copied = shallowRef<Extract<ComputerEvent, { what: 'copy' }>>();
