/** The file exchange (docs/files.md): chunks, lists, requests, and what to fetch next. No I/O. */
export * from './answer';
export * from './body';
export * from './cut';
export * from './keys';
export * from './limits';
export * from './list';
export * from './messages';
export * from './pieces';
export * from './plan';
export * from './ports';
export * from './ranges';
