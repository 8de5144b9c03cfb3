declare module 'leveldown' {
  import type { AbstractLevelDOWN, Bytes, ErrorCallback } from 'abstract-leveldown';

  export interface LevelDown extends AbstractLevelDOWN {
    /** Writes what is in memory to a table, then merges the tables of that range of keys, level by level. */
    compactRange(start: Bytes, end: Bytes, callback: ErrorCallback): void;
  }
  interface LevelDownFactory {
    (location: string): LevelDown;
    destroy(location: string, callback: ErrorCallback): void;
  }
  const leveldown: LevelDownFactory;
  export default leveldown;
}
