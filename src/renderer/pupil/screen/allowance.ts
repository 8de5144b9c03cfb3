/** How long a share may be saved up: a page that is turned costs as much as two seconds of typing. s */
const SAVED = 2;

/** What may leave so that a share (kbit/s) is never passed over any few seconds, whatever the encoder makes of it. */
export interface Allowance {
  /** A new share; what was saved of the old one does not carry over. */
  share(kbit: number, at: number): void;
  /** @param at ms */
  mayLeave(at: number): boolean;
  left(bytes: number, at: number): void;
}

export function createAllowance(): Allowance {
  let perMs = 0;
  let room = 0;
  let since = 0;
  const fill = (at: number): void => {
    room = Math.min(perMs * 1_000 * SAVED, room + (at - since) * perMs);
    since = at;
  };
  return {
    share(kbit, at) {
      perMs = kbit / 8;
      room = perMs * 1_000 * SAVED;
      since = at;
    },
    mayLeave(at) {
      fill(at);
      return room > 0;
    },
    left(bytes, at) {
      fill(at);
      room -= bytes;
    },
  };
}
