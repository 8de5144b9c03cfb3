/**
 * What each window may ask while something stands before everything else. The host itself refuses the rest
 * (`SessionService.refusal`), whatever page is in the window.
 */

/** Who one is, and leaving. */
const ALWAYS = ['session.state', 'session.signIn', 'session.signOut', 'session.signOutEverywhere'] as const;

/**
 * Behind a hidden screen. The lesson and what is projected go on by themselves: pupils reach the poste through another door.
 * What the board shows while nobody is at the computer stands here, and tells no name.
 */
export const WHILE_LOCKED: ReadonlySet<string> = new Set([
  ...ALWAYS,
  'session.unlock',
  'session.active',
  'classroom.joinInfo',
  // The board's screens are this window's: which of them, and a whole picture of one.
  'classroom.watch',
  'classroom.keyFrame',
  'show.picture',
  // What stands there, and what its teacher's telephone wants there.
  'project.tell',
  'project.answer',
]);

/** Before one has a password that nobody else knows. */
export const BEFORE_PASSWORD: ReadonlySet<string> = new Set([
  ...ALWAYS,
  'session.active',
  'session.lock',
  'session.unlock',
  'session.media',
  'people.changePassword',
]);

/** Before the charter in force was accepted. */
export const BEFORE_CHARTER: ReadonlySet<string> = new Set([
  ...BEFORE_PASSWORD,
  'session.choosePin',
  'session.idle',
  'session.setOwnIdle',
  'accounts.charter',
  'accounts.acceptCharter',
]);
