import { shallowReactive } from 'vue';
import type { Application } from '../../../../contract/computer-limits';

/** What the child sees of the applications of this computer. */
export const apps = shallowReactive<{
  /** « Applications » is on the glass. */
  shown: boolean;
  /** This computer has some. */
  any: boolean;
  /** Those that the lesson lets run. */
  allowed: readonly Application[];
  open: readonly string[];
  copy: 'free' | 'blocked';
  /** What just happened to some of them, by name. */
  told?: { readonly what: 'closed' | 'stopped' | 'still'; readonly names: readonly string[] };
}>({ shown: false, any: false, allowed: [], open: [], copy: 'free' });
