/** Screens side by side on the board: more cannot be read from the back of a room. */
export const MOST_PROJECTED = 6;
