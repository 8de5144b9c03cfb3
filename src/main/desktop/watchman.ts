import { app } from 'electron';

/**
 * `--watchman <data folder>`: this start is not the application but its watchman (docs/charging.md), which has no window, no lock on
 * the data folder and nothing of Electron but its Node. Stands before every other step.
 */
export function watchmanInstead() {
  return (): undefined | Promise<never> => {
    const asked = process.argv.indexOf('--watchman');
    const folder = asked < 0 ? undefined : process.argv[asked + 1];
    if (folder === undefined) return undefined;
    app.disableHardwareAcceleration();
    void import('../cart/charging/run-watchman').then(({ runWatchman }) => {
      runWatchman(folder);
    });
    return new Promise<never>(() => undefined);
  };
}
