import { join, resolve } from 'node:path';
import { app } from 'electron';

export interface DataFolder {
  readonly dataFolder: string;
}

/** Where everything is kept: the folder named by `PREAU_DATA`, else the one that the operating system provides. */
export function dataFolder() {
  return (): DataFolder => {
    const named = process.env['PREAU_DATA'];
    if (named) app.setPath('userData', resolve(named));
    const folder = app.getPath('userData');
    // Chromium's own files (caches of shaders, not of pages: see staffPartition) apart from the school's.
    app.setPath('sessionData', join(folder, 'desktop'));
    return { dataFolder: folder };
  };
}
