/**
 * The classes of a year are settled in mid-September: until then children move between them, openings and closures of
 * classes are decided, and ONDE is put right. What an import says before that day is shown as provisional.
 */
const SETTLED = '09-15';

/** @param schoolYear its first civil year @param today ISO date in the school's zone */
export function isProvisional(schoolYear: number, today: string): boolean {
  return today < `${schoolYear}-${SETTLED}`;
}
