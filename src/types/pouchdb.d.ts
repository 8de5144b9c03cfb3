/**
 * The part of PouchDB 9 that the store uses. Written here because `@types/pouchdb-core` redefines the global `Buffer`
 * (DESIGN 9).
 */
declare module 'pouchdb-core' {
  import type { AbstractLevelDOWN } from 'abstract-leveldown';

  export interface PouchRow {
    _id: string;
    _rev: string;
    _deleted?: boolean;
    _revisions?: { start: number; ids: string[] };
    [field: string]: unknown;
  }
  /** `[hash, status, children]`, the oldest revision outside. */
  export type RevisionTree = [
    hash: string,
    status: { status: string; deleted?: boolean },
    children: RevisionTree[],
  ];
  export interface RevisionPath {
    /** Generation of the outermost revision. */
    pos: number;
    ids: RevisionTree;
  }
  export interface PouchOptions {
    adapter: 'leveldb';
    db: (location: string) => AbstractLevelDOWN;
    auto_compaction: boolean;
    revs_limit: number;
    compression: boolean;
    cacheSize: number;
    writeBufferSize: number;
    /** False: no move from the layout that PouchDB had before 2014. */
    migrate: false;
  }
  export interface PouchInstance {
    info(): Promise<{ update_seq: number; doc_count: number }>;
    /** Rows that failed only, under `new_edits: false`. */
    bulkDocs(docs: PouchRow[], options: { new_edits: false }): Promise<{ error?: unknown; id?: string }[]>;
    get(id: string, options?: { rev?: string; revs?: boolean; conflicts?: boolean }): Promise<PouchRow>;
    allDocs(options: {
      include_docs: boolean;
      conflicts?: boolean;
    }): Promise<{ rows: { id: string; doc: PouchRow }[] }>;
    _getRevisionTree(id: string, callback: (error: Error | null, tree?: RevisionPath[]) => void): void;
    close(): Promise<void>;
  }
  interface PouchConstructor {
    new (name: string, options: PouchOptions): PouchInstance;
    plugin(plugin: unknown): PouchConstructor;
  }
  const PouchDB: PouchConstructor;
  export default PouchDB;
}

declare module 'pouchdb-adapter-leveldb' {
  const plugin: unknown;
  export default plugin;
}
