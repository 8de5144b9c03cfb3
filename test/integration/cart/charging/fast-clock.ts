/** A night in seconds: the plan's clock runs faster than the line's, from an instant that several processes share. */
export interface FastClock {
  /** The night's instant at which it began, and the computer's at that moment. Milliseconds since the epoch. */
  readonly night: number;
  readonly began: number;
  readonly speed: number;
}
export const fastNow = ({ night, began, speed }: FastClock): number => night + (Date.now() - began) * speed;
export const readClock = (text: string | undefined): FastClock => JSON.parse(text ?? '') as FastClock;
