/**
 * When a poste exchanges, with whom, and why (DESIGN 4, docs/sync-decisions.md 7). Codes: the sentences are the
 * screen's.
 */

/** Why a run happens. */
export const MOMENTS = [
  'person', // « Synchroniser maintenant »
  'end-of-day', // « Fin de journée »
  'suspend',
  'shutdown',
  'night',
  'morning', // the night did not happen: the computer was off
  'overdue', // nothing went through for a day and a half
  'home', // away from the school: straight to the commune
  'peers', // something waits, and a neighbour of the LAN can keep a copy
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Why nothing happens now. */
export const PAUSES = [
  'running',
  'alone', // no other poste is known, no commune: a copy on a USB key is all there can be
  'nothing-waits',
  'not-yet', // its moment is later: see `next`
  'night-done',
  'carried', // the poste the head named carries the night
  'battery', // the night is kept for a computer on mains
  'retry-later', // the last try did not go through
  'spent', // the budget of the night or the month is used up, and nothing urgent waits
] as const;
export type Pause = (typeof PAUSES)[number];

/** States of the line, said calmly beside everything else. */
export const LINE_STATES = ['line-absent', 'metered', 'night-spent', 'month-spent', 'urgent-only'] as const;
export type LineState = (typeof LINE_STATES)[number];

/** Why a file that a document names has not come: the line's part of the budget, nobody has it, a cut, the person, the disk. */
export const FILE_STOPS = ['budget', 'nobody', 'cut', 'stopped', 'disk-full'] as const;
export type FileStop = (typeof FILE_STOPS)[number];

/** What goes first when the line may fall, or the budget end, at any moment. */
export const PRIORITIES = ['urgent', 'ordinary', 'fleet', 'files'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** With whom. Neighbours first: what they take, the line need not carry before the night. */
export type Partner = 'peers' | 'commune';
