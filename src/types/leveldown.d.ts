declare module 'leveldown' {
  import type { AbstractLevelDOWN, ErrorCallback } from 'abstract-leveldown';

  interface LevelDownFactory {
    (location: string): AbstractLevelDOWN;
    destroy(location: string, callback: ErrorCallback): void;
  }
  const leveldown: LevelDownFactory;
  export default leveldown;
}
