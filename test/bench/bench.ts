/** What build/bench/run.mjs hands to a bench, and takes from it. */
export interface BenchContext {
  /** The project's folder. */
  readonly root: string;
  /** Removed when the bench has ended. */
  readonly temporaryFolder: string;
  readonly say: (line: string) => void;
  readonly args: readonly string[];
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** A bound: `<=1500`, `>=0.9`, `==0`. Absent for a figure without one. */
  readonly reach?: string;
}

/** Reads the value of `--name=value`. */
export const optionOf =
  (args: readonly string[]) =>
  (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

export const tenth = (value: number): number => Math.round(value * 10) / 10;

/** The value below which that share of them lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Adds a figure and prints it: a share in thousandths, everything else in tenths. */
export type Say = (name: string, value: number, unit: string, reach?: string) => void;
export function figuresTo(figures: Figure[], say: BenchContext['say']): Say {
  return (name, value, unit, reach) => {
    const kept = unit === '' ? Math.round(value * 1_000) / 1_000 : tenth(value);
    figures.push({ name, value: kept, unit, ...(reach ? { reach } : {}) });
    say(`  ${name} ${kept} ${unit}`);
  };
}
