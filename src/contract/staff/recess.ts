import { done, nothing, subject } from '../define';

/** « Récréation », for who conducts the lesson; the lesson's own view says that it is on. */
export const recessStaffSubject = subject({
  requests: { start: { input: nothing, reply: done }, end: { input: nothing, reply: done } },
  events: {},
});
