import type { Page } from 'playwright-core';

/** A place of the panel that was drawn otherwise than before, when it was on the glass (ms since 1970). */
interface Redrawn {
  readonly bay: number;
  readonly at: number;
}
declare global {
  interface Window {
    cartBench: { redrawn: Redrawn[] };
  }
}

/** Runs in the page: notes when a place says something else. Ages count on by themselves and are no news. */
function watchPlaces(): void {
  const said = new Map<number, string>();
  const redrawn: Redrawn[] = [];
  window.cartBench = { redrawn };
  const look = (): void => {
    for (const slot of document.querySelectorAll<HTMLElement>('[data-bay]')) {
      const bay = Number(slot.dataset['bay']);
      const word = slot.dataset['word'] ?? '';
      const before = said.get(bay);
      said.set(bay, word);
      if (before !== undefined && before !== word)
        requestAnimationFrame(() => redrawn.push({ bay, at: Date.now() }));
    }
  };
  look();
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-word'],
  });
}

export interface Panel {
  /** ms since 1970 at which that place next said something else, after `since`. @throws after `limit` ms */
  redrawn(bay: number, since: number, limit: number): Promise<number>;
  /** Waits until every place has been heard of. */
  heard(places: number): Promise<void>;
}

/** The panel of one cart, open in the window. */
export async function openPanel(page: Page, cart: string): Promise<Panel> {
  await page.evaluate((to) => (location.hash = `#/chariots/${to}`), cart);
  await page.locator('[data-bay="1"]').waitFor();
  return {
    async heard(places) {
      await page.waitForFunction(
        (count) => document.querySelectorAll('[data-bay][data-word="charging"]').length === count,
        places,
      );
      await page.evaluate(watchPlaces);
    },
    async redrawn(bay, since, limit) {
      const found = await page.waitForFunction(
        ([wanted, from]) => window.cartBench.redrawn.find((one) => one.bay === wanted && one.at >= from)?.at,
        [bay, since] as const,
        { timeout: limit, polling: 50 },
      );
      return Number(await found.jsonValue());
    },
  };
}
