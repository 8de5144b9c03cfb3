import type { Audience } from '../../domain/audience';
import type { ChunkList } from './list';
import type { Claim } from './messages';

/** A file that this side can give, or a part of it. */
export interface GivenFile {
  readonly list: ChunkList;
  has(position: number): boolean;
  /** The body under the name that the list has for it. @returns undefined where it is gone or damaged */
  read(position: number): Promise<Buffer | undefined>;
  readonly claim?: Claim | undefined;
  /** The answer has been given. */
  close?(): Promise<void>;
}

/** A file that this side takes in, chunk by chunk. A body that is whole survives a crash. */
export interface TakenFile {
  lacking(): readonly number[];
  /** Bytes of a body that are here already. */
  started(position: number): Promise<number>;
  /**
   * @returns `whole` when the body is complete and is the one that the list names
   * @throws FileRefused `CHUNK_WRONG` where it is another one; what stood of it is dropped
   */
  take(position: number, offset: number, bytes: Buffer): Promise<'part' | 'whole'>;
  /** Nothing more comes for now: started bodies are kept too. */
  pause(): Promise<void>;
}

/** What the answering side asks of where files lie: the commune's folder, a relay's, a poste's own store. */
export interface FileShelf {
  /** Whether a document held here names that file. Where the audience is closed to this side, its readers are believed. */
  names(audience: Audience, document: string | undefined, file: string): Promise<boolean>;
  give(audience: Audience, file: string): Promise<GivenFile | undefined>;
  /** Absent where nobody leaves anything: a poste fetches for itself. */
  readonly taker?: FileTaker;
}

export interface FileTaker {
  /** A file on its way in, or held whole. @returns undefined where that list is not known */
  find(audience: Audience, file: string, hash: string): Promise<TakenFile | undefined>;
  /** The same, for bodies that follow at once, until `pause`. */
  take(audience: Audience, file: string, hash: string): Promise<TakenFile | undefined>;
  /** Takes a list in, in the place of an unfinished other one. @throws FileRefused `NO_ROOM` */
  begin(audience: Audience, list: ChunkList): Promise<TakenFile>;
  /** Somebody still names it: it waits anew before it goes. */
  renew(audience: Audience, file: string): Promise<void>;
}

/** Why a request about files is not answered. */
export type FileRefusal = 'NOT_FOUND' | 'LIST_OTHER' | 'LIST_WRONG' | 'CHUNK_WRONG' | 'NO_ROOM';

export class FileRefused extends Error {
  override readonly name = 'FileRefused';
  constructor(readonly code: FileRefusal) {
    super(code);
  }
}
