import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import type { World } from './world';

export interface Step {
  readonly says: string;
  /** Why it cannot run on this machine; empty or absent where it can. */
  readonly skipped?: string;
  readonly does: (world: World) => Promise<void>;
}

/** Where a failed step leaves a picture of the staff window; nothing is kept when the variable is not set. */
const PICTURES = process.env['PREAU_E2E_PICTURES'];

/** For who works on the walk: every step is tried. */
const GO_ON = process.env['PREAU_E2E_GO_ON'];

/** In order; what comes after a step that failed is skipped, and says after which. A second attempt of that step itself is made. */
export function steps(world: () => World, all: readonly Step[]): void {
  let failed: string | undefined;
  for (const { says, does, skipped } of all) {
    it(says, async (context) => {
      if (skipped) context.skip(skipped);
      if (failed && failed !== says) context.skip(`after « ${failed} »`);
      failed = GO_ON ? undefined : says;
      try {
        await does(world());
        failed = undefined;
      } catch (error) {
        if (PICTURES) await picture(world(), says);
        if (GO_ON) await closeDialogs(world());
        throw error;
      }
    });
  }
}

async function closeDialogs({ page }: World): Promise<void> {
  for (let n = 0; n < 2; n += 1) await page.keyboard.press('Escape').catch(() => undefined);
}

async function picture(world: World, name: string): Promise<void> {
  mkdirSync(PICTURES ?? '', { recursive: true });
  const devices = [...world.tablets, ...(world.computer ? [world.computer] : [])];
  for (const [index, page] of [world.page, ...devices.map((device) => device.page)].entries())
    await page
      .screenshot({ path: join(PICTURES ?? '', `${name.replace(/\W+/g, '-')}-${index}.png`) })
      .catch(() => undefined);
}
