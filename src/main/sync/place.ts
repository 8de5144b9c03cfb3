import { networkInterfaces } from 'node:os';

/**
 * On which networks this computer is: the first three numbers of each private IPv4 address. Enough to tell the school from
 * home on most days; where both call themselves 192.168.1 the laptop believes it is at school, and waits for the night.
 */
export function networkMarks(
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): readonly string[] {
  const marks = Object.values(interfaces)
    .flatMap((found) => found ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && isPrivate(address))
    .map(({ address }) => address.split('.').slice(0, 3).join('.'));
  return [...new Set(marks)].sort();
}

const isPrivate = (address: string): boolean =>
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/.test(address);

/** A poste that never met another one is at school: there is nothing to be away from. */
export function placeOf(marks: readonly string[], known: readonly string[]): 'school' | 'elsewhere' {
  if (known.length === 0 || marks.length === 0) return 'school';
  return marks.some((mark) => known.includes(mark)) ? 'school' : 'elsewhere';
}

/** Networks that are remembered; the oldest goes. */
const KEPT = 20;
export function rememberNetworks(marks: readonly string[], known: readonly string[]): string[] {
  return [...known.filter((mark) => !marks.includes(mark)), ...marks].slice(-KEPT);
}
