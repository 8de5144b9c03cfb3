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
