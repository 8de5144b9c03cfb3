import type { Page } from 'playwright-core';
import { STRIP } from './content';

interface Drawn {
  readonly canvas: number;
  readonly at: number;
  readonly hasClock: boolean;
  /** ms from the moment painted in the picture to its being on the teacher's glass, where there is a clock in it. */
  readonly latency?: number;
}
interface TeacherBench {
  /** @param clocks labels of the tiles whose screens show the clock */
  listen(clocks: readonly string[]): void;
  heard(): Drawn[];
}
declare global {
  interface Window {
    teacherBench: TeacherBench;
  }
}

/** Runs in the teacher's page: looks on what is drawn on the tiles, changes nothing. */
function watchDrawing(strip: { blocks: number; bits: number; unitMs: number }): void {
  const numbers = new WeakMap<HTMLCanvasElement, number>();
  let count = 0;
  let drawn: Drawn[] | undefined;
  let clocks: ReadonlySet<string> = new Set();
  const draw = CanvasRenderingContext2D.prototype.putImageData;

  function momentIn(brush: CanvasRenderingContext2D): number | undefined {
    const { width, height } = brush.canvas;
    const row = brush.getImageData(0, Math.round(height / 8), width, 1).data;
    const block = (n: number): number => row[Math.floor(((n + 0.5) * width) / strip.blocks) * 4] ?? 0;
    const read = Array.from({ length: strip.blocks }, (_, n) => (block(n) > 128 ? 1 : 0));
    const bits = read.slice(2, 2 + strip.bits);
    const ones = bits.reduce<number>((sum, bit) => sum + bit, 0);
    const [p0, p1] = read.slice(2 + strip.bits);
    if (read[0] !== 1 || read[1] !== 0 || p0 !== (ones & 1) || p1 !== ((ones >> 1) & 1)) return undefined;
    return bits.reduce<number>((sum, bit, n) => sum + bit * 2 ** n, 0);
  }
  CanvasRenderingContext2D.prototype.putImageData = function (
    this: CanvasRenderingContext2D,
    ...args: unknown[]
  ) {
    Reflect.apply(draw, this, args);
    const list = drawn;
    if (!list || !(this.canvas instanceof HTMLCanvasElement) || !this.canvas.dataset['live']) return;
    const canvas = numbers.get(this.canvas) ?? ++count;
    numbers.set(this.canvas, canvas);
    const label = this.canvas.closest('.tile')?.querySelector('.name')?.textContent.trim() ?? '';
    const hasClock = clocks.has(label);
    const painted = hasClock ? momentIn(this) : undefined;
    requestAnimationFrame(() => {
      const at = performance.now();
      if (painted === undefined) return void list.push({ canvas, at, hasClock });
      const turn = 2 ** strip.bits;
      const passed = (Math.floor(Date.now() / strip.unitMs) - painted + turn) % turn;
      list.push({ canvas, at, hasClock, latency: passed * strip.unitMs });
    });
  } as typeof draw;
  window.teacherBench = {
    listen(labels) {
      clocks = new Set(labels);
      drawn = [];
    },
    heard() {
      const list = drawn ?? [];
      drawn = undefined;
      return list;
    },
  };
}

/** Runs in the page: a click on « Classe mobile », and ms until that many tiles show a picture. */
async function firstTiles(tiles: number): Promise<number> {
  const link = [...document.querySelectorAll<HTMLAnchorElement>('nav a')].find((one) =>
    one.textContent.includes('Classe mobile'),
  );
  if (!link) throw new Error('no link to the classroom');
  const begun = performance.now();
  link.click();
  while (document.querySelectorAll('canvas[data-live]').length < tiles) {
    if (performance.now() - begun > 20_000) return NaN;
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}

export interface Teacher {
  ask<Reply>(method: string, input: unknown): Promise<Reply>;
  /** Opens the wall by its link. @returns ms until the tiles show a picture; NaN after 20 s */
  openWall(tiles: number): Promise<number>;
  leaveWall(): Promise<void>;
  /** Nodes of the page that something still holds. */
  nodes(): Promise<number>;
  /** Pictures drawn in that time, by tile; of the tiles named, what their clock says, and how many pictures had none to read. */
  watch(
    seconds: number,
    clocks?: readonly string[],
  ): Promise<{ readonly perSecond: number[]; readonly latencies: number[]; readonly unread: number }>;
}

export async function teacherAt(page: Page): Promise<Teacher> {
  await page.evaluate(watchDrawing, STRIP);
  return {
    async ask<Reply>(method: string, input: unknown) {
      const reply = await page.evaluate(
        ([name, value]) =>
          (
            window as unknown as { preau: { request(m: string, i: unknown): Promise<unknown> } }
          ).preau.request(name, value),
        [method, input] as const,
      );
      const { ok, value, error } = reply as { ok: boolean; value: Reply; error?: { code: string } };
      if (!ok) throw new Error(`${method}: ${error?.code ?? ''}`);
      return value;
    },
    openWall: (tiles) => page.evaluate(firstTiles, tiles),
    async leaveWall() {
      await page.evaluate(() => (location.hash = '#/appareils'));
      await page.waitForFunction(() => !document.querySelector('canvas[data-live]'));
    },
    async nodes() {
      const session = await page.context().newCDPSession(page);
      // What one collection finds free, another gives back.
      for (let n = 0; n < 3; n += 1) await session.send('HeapProfiler.collectGarbage');
      const { nodes } = await session.send('Memory.getDOMCounters');
      await session.detach();
      return nodes;
    },
    async watch(seconds, clocks = []) {
      await page.evaluate((labels) => window.teacherBench.listen(labels), [...clocks]);
      await page.waitForTimeout(seconds * 1_000);
      const drawn = await page.evaluate(() => window.teacherBench.heard());
      const counts = new Map<number, number>();
      for (const { canvas } of drawn) counts.set(canvas, (counts.get(canvas) ?? 0) + 1);
      return {
        perSecond: [...counts.values()].map((count) => count / seconds),
        latencies: drawn.flatMap(({ latency }) => (latency === undefined ? [] : [latency])),
        unread: drawn.filter(({ hasClock, latency }) => hasClock && latency === undefined).length,
      };
    },
  };
}
