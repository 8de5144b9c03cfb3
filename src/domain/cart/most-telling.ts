/** What the choice looks at. */
interface Glanced {
  readonly out: number;
  readonly summary: { readonly ready: number; readonly probable: number; readonly total: number };
}

/** Of several carts, the one to speak of first: whose devices are out, then the one with most devices ready. */
export function mostTelling<G extends Glanced>(carts: readonly G[]): G | undefined {
  const rank = ({ out, summary }: Glanced): number =>
    (out > 0 ? 1_000 : 0) + summary.ready + summary.probable;
  return [...carts].filter((one) => one.summary.total > 0).sort((a, b) => rank(b) - rank(a))[0];
}
