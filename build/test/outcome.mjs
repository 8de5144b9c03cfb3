// What a step came to, and what `npm test` says again at its very end: of a long output, only the end may be kept.

/**
 * @typedef {{ what: string, why: string[], at?: string }} Failure `what`: the test or the command; `at`: file:line
 * @typedef {{ passed: number, failed: number, skipped: number, failures: Failure[], unsteady: Failure[] }} Outcome
 *   `unsteady`: passed at the second attempt only; `why` is the first one's error
 */

/** @returns {Outcome} */
export const outcome = (counts = {}) => ({
  passed: 0,
  failed: 0,
  skipped: 0,
  failures: [],
  unsteady: [],
  ...counts,
});

/** @param {string} what @param {string} text @returns {Outcome} */
export const failedOf = (what, text) =>
  outcome({ failed: 1, failures: [{ what, why: firstLines(text, COMMAND_LINES) }] });

const COMMAND_LINES = 15;
const ERROR_LINES = 6;
const LINE_LENGTH = 220;
/** Beyond this many, a failure is named without its error: hundreds have one cause. */
const TOLD_WHOLE = 25;

/** The first lines that say something, without colours. */
export function firstLines(text, count = ERROR_LINES) {
  const lines = withoutColours(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const kept = lines.slice(0, count).map((line) => line.slice(0, LINE_LENGTH));
  return lines.length > count ? [...kept, `… (${lines.length - count} lines more)`] : kept;
}

export const withoutColours = (text) => {
  const escape = String.fromCharCode(27);
  return text.replaceAll(new RegExp(`${escape}\\[[0-9;]*m`, 'g'), '');
};

/** @param {{ step: string, outcome: Outcome }[]} told @returns {string[]} lines */
export function lastWords(told) {
  const all = (kind) =>
    told.flatMap(({ step, outcome: { [kind]: list } }) => list.map((one) => ({ step, ...one })));
  const failures = all('failures');
  const lines = all('unsteady').flatMap((one) => [
    `unsteady: ${one.step}: ${one.what} (passed at the second attempt; the first one:)`,
    ...detail(one),
  ]);
  failures.forEach((one, index) => {
    lines.push(`FAILED: ${one.step}: ${one.what}`);
    if (index < TOLD_WHOLE) lines.push(...detail(one));
  });
  return lines;
}

const detail = ({ why, at }) => [...why.map((line) => `    ${line}`), ...(at ? [`    at ${at}`] : [])];
