import { join, resolve } from 'node:path';
import { app } from 'electron';
import type { DataFolder } from '../data-folder';

/** `preau --pupil-mode`: this computer is a pupil's (docs/pupil-mode.md). */
export const isPupilMode = (): boolean => process.argv.includes('--pupil-mode');

/** Beside a teacher's, never in it: the folder named by `PREAU_DATA`, else `eleve` in the one that the system provides. */
export function pupilFolder() {
  return (): DataFolder => {
    const named = process.env['PREAU_DATA'];
    const dataFolder = named ? resolve(named) : join(app.getPath('userData'), 'eleve');
    app.setPath('userData', dataFolder);
    app.setPath('sessionData', join(dataFolder, 'desktop'));
    return { dataFolder };
  };
}
