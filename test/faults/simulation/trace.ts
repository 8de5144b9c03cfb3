import { createHash } from 'node:crypto';

/** Everything that goes wrong in a run, on purpose. Each is counted when it happens, not when it is planned. */
export const FAULTS = [
  'partition',
  'request-lost',
  'reply-lost',
  'cut',
  'duplicate',
  'reorder',
  'tampered',
  'forged',
  'forbidden',
  'crash',
  'crash-in-keep',
  'crash-in-apply',
  'crash-between',
  'crash-in-cover',
  'gateway-crash',
  'disk-full',
  'clock-jump',
  'nonce-expired',
  'removed',
  'head-left',
  'former-head',
  'key-exchanged',
  'consolidated',
  'horizon',
  'year-closed',
  'year-ended',
  'year-late',
] as const;
export type Fault = (typeof FAULTS)[number];
export type FaultCounts = Record<Fault, number>;
export const noFaults = (): FaultCounts =>
  Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as FaultCounts;

/** What happened in a run, as one hash: two runs of a seed have the same, or something outside the seed decided. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly faults = noFaults();
  /** Kept only where somebody wants to read it. */
  readonly lines: string[] | undefined;

  constructor(keepsLines = false) {
    this.lines = keepsLines ? [] : undefined;
  }

  note(now: number, ...words: readonly (string | number)[]): void {
    const line = `${Math.round(now)} ${words.join(' ')}\n`;
    this.#hash.update(line);
    this.lines?.push(line);
  }

  fault(fault: Fault, now: number, ...words: readonly (string | number)[]): void {
    this.faults[fault] += 1;
    this.note(now, '!', fault, ...words);
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
