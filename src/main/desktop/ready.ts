import { app } from 'electron';

export function ready() {
  return async (): Promise<undefined> => {
    await app.whenReady();
    return undefined;
  };
}
