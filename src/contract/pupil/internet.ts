import * as v from 'valibot';
import { INTERNET_MODES, REFUSALS } from '../../domain/internet/judge';
import { nothing, subject } from '../define';

export const internetSubject = subject({
  requests: {
    /** What the Internet is in this lesson, to be said in a child's words. */
    state: { input: nothing, reply: v.object({ mode: v.picklist(INTERNET_MODES) }) },
  },
  events: {
    changed: v.object({ mode: v.picklist(INTERNET_MODES) }),
    /** Ask for this address once: whether it passes by the filter is seen there. */
    probe: v.object({ url: v.string() }),
    /** A page of this device was refused just now. */
    refused: v.object({ why: v.picklist(REFUSALS) }),
  },
});
