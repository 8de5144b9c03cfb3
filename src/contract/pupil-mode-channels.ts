/** The names that the preload of pupil mode and the desktop agree on; alone, because a sandboxed preload is one small file. */
export const COMPUTER_ASK = 'preau:computer';
export const COMPUTER_EVENT = 'preau:computer-event';
export const MEETING_ASK = 'preau:meeting';
export const MEETING_EVENT = 'preau:meeting-event';
/** Where the local page lies; no network can be it. */
export const MEETING_PAGE = 'preau://eleve/index.html';
