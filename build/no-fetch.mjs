// In place of `pouchdb-fetch` in the built host (electron.vite.config.ts): the store never asks the network for anything.
// Node's own Headers are not named either: that alone would load its whole HTTP client at every start.
export function fetch() {
  throw new Error('the store has no network');
}
export const Headers = Map;
