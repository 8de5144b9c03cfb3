/**
 * Pictures a second that are captured at most: what a large view asks for, and a multiple of what a tile does. Each one costs
 * an old computer a copy of its screen.
 */
export const FASTEST = 8;
