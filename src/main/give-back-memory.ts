/**
 * Gives back what a big piece of work leaves behind, before the next one takes its own: collects the garbage and returns its
 * pages to the system. V8 keeps emptied pages in a pool for seconds after an ordinary collection (60 MB after a first exchange);
 * the last-resort one lets go of them. Nothing where the host was started without `--expose-gc`.
 */
export function giveBackMemory(): void {
  globalThis.gc?.({ execution: 'sync', type: 'major', flavor: 'last-resort' });
}
