import type { Held } from './ledger';
import { commandLine, quoted } from './shell';
import type { TabletShell } from './tablet-shell';

/**
 * What a tablet does by itself when the computer that limited it is gone for good (a dead battery in the middle of a lesson): a small
 * loop of its own shell takes everything off once it was not told for some minutes that the computer is still there. It ends with a
 * restart of the tablet, or with what it guards; the newest one alone goes on.
 */
export interface Guard {
  /** Stands from now on, in place of any other. */
  stand(shell: TabletShell, held: Held): Promise<void>;
  /** The computer is still there. */
  renew(shell: TabletShell): Promise<void>;
  leave(shell: TabletShell): Promise<void>;
}

/** Without a word from the computer for so long it acts, s. */
export const GUARD_WAITS = 240;
/** The computer says a word so often, ms. */
export const GUARD_WORD = 60_000;
/** It looks so often, s: each look costs a tablet a second of one core. */
const LOOK_EVERY = 60;

const UNTIL = 'preau_until';
const OWN = 'preau_guard';

/** Not one word of it comes from a tablet or a person, but for what `commandLine` made words of. */
export function guardLine(held: Held): string {
  const undo = [
    ...(held.proxy
      ? [
          // Somebody else's by now is not ours to take off.
          `[ "$(settings get global http_proxy)" != ${quoted(held.proxy.set)} ] || ` +
            commandLine(
              'settings',
              'put',
              'global',
              'http_proxy',
              held.proxy.before === '' ? ':0' : held.proxy.before,
            ),
        ]
      : []),
    ...held.asleep.map((app) => commandLine('pm', 'unsuspend', '--user', '0', app)),
    ...(held.brightness
      ? [
          commandLine('settings', 'put', 'system', 'screen_brightness', held.brightness.before),
          commandLine('settings', 'put', 'system', 'screen_brightness_mode', held.brightness.mode),
        ]
      : []),
    'settings delete global preau_held',
    `settings delete global ${UNTIL}`,
    `settings delete global ${OWN}`,
  ].join('; ');
  const loop = [
    `settings put global ${OWN} $$`,
    'while true',
    `do sleep ${String(LOOK_EVERY)}`,
    `[ "$(settings get global ${OWN})" = "$$" ] || exit 0`,
    `until=$(settings get global ${UNTIL})`,
    'case "$until" in ""|*[!0-9]*) exit 0;; esac',
    `if [ "$(date +%s)" -ge "$until" ]; then ${undo}; exit 0; fi`,
    'done',
  ].join('; ');
  return `setsid sh -c '${loop.replaceAll("'", String.raw`'\''`)}' >/dev/null 2>&1 </dev/null &`;
}

export const guard: Guard = {
  async stand(shell, held) {
    await guard.renew(shell);
    await shell.pipe(guardLine(held));
  },
  async renew(shell) {
    await shell.pipe(`settings put global ${UNTIL} $(( $(date +%s) + ${String(GUARD_WAITS)} ))`);
  },
  async leave(shell) {
    await shell.pipe(`settings delete global ${UNTIL}; settings delete global ${OWN}`);
  },
};
