/** Said in the names of the tests: a failure is found again with the same number. */
export const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 1e9));

/** mulberry32: numbers from 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
