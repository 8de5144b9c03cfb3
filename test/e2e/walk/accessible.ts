import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact?: string | null;
  readonly nodes: readonly { readonly html: string }[];
}
declare const axe: {
  run(options: unknown): Promise<{ violations: Violation[] }>;
  /** A rule's impact is that of all it finds. */
  readonly _audit: { readonly rules: readonly { readonly id: string; readonly impact?: string }[] };
};

/** Screens looked at in this run, for the list a failure prints. */
const looked: string[] = [];

/** No serious or critical violation of what axe can see (WCAG 2.2 AA and good practice). */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  looked.push(screen);
  await still(page);
  // As an expression and not as a script of the page: its policy forbids those, rightly. It stays as long as the page does.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => {
    const mild = axe._audit.rules.filter(({ impact }) => impact === 'minor' || impact === 'moderate');
    const rules = Object.fromEntries(mild.map(({ id }) => [id, { enabled: false }]));
    return axe.run({ resultTypes: ['violations'], rules });
  });
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 2).map(({ html }) => html.slice(0, 160))}`);
  expect(grave, `${screen} (after ${looked.length - 1} screens)`).toEqual([]);
}

/** A dialog that comes in and a button that has just been enabled change colour for a moment: not what a person reads. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const passing = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map((animation) => animation.finished));
  });
}
