/**
 * What is asked of everything that speaks of charge, whatever it is: a hub on a line, a USB hub, a strip, a device, a person. Time is the
 * test's own.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STALE_AFTER_SECONDS } from '../../../../src/domain/cart/evidence';
import type { ChargeSource as Word, Evidence } from '../../../../src/domain/cart/evidence';
import type { ChargeSource } from '../../../../src/main/cart/sources/port';

export interface SourceBench {
  readonly word: Word;
  /** Two things it can say of a place, as the place is then read. */
  readonly says: readonly [unknown, unknown];
  /** Makes the thing be so at that place; a device and a person say it at this moment, a box when it is asked. */
  be(place: number, which: 0 | 1): void | Promise<void>;
  /** What is known of a place, with source and age by this computer's clock. */
  read(place: number): Evidence<unknown> | null | Promise<Evidence<unknown> | null>;
  /** Milliseconds, and whatever is due in them. */
  pass(ms: number): Promise<void>;
  /** Nothing comes any more: a cable pulled, a device asleep, a person gone. */
  cut(): void;
  /** It can be heard again; a device and a person speak when `be` is next called. */
  restore(): void;
  /** Something that makes no sense comes in its place, once or for a while. */
  garble(): void | Promise<void>;
  ungarble(): void;
  /** A box only. */
  readonly box?: {
    readonly source: ChargeSource;
    readonly ports: number;
    /** Its next answer comes this late, in milliseconds. */
    delay(ms: number): void;
    /** Whether the port gives power, looked at on the thing itself. */
    isOn(port: number): boolean;
    /** News heard so far. */
    news(): number;
  };
  /** Ends it. @returns what still runs of it: timers, handles, listeners */
  end(): number | Promise<number>;
}

function boxOf({ box }: SourceBench): NonNullable<SourceBench['box']> {
  if (!box) throw new Error('a box has its port');
  return box;
}

/** Longer than any poll and any way back. */
const A_WHILE_MS = 45_000;

export function sourceContract(
  name: string,
  kind: 'box' | 'word',
  make: () => SourceBench | Promise<SourceBench>,
): void {
  describe(`${name}, as every source of evidence`, () => {
    let bench: SourceBench;
    beforeEach(async () => {
      bench = await make();
      await bench.be(1, 0);
      await bench.be(2, 0);
      await bench.pass(8_000);
    });
    afterEach(async () => {
      await bench.end();
    });
    const stale = (): Promise<void> => bench.pass((STALE_AFTER_SECONDS[bench.word] + 2) * 1000);

    it('says what it sees, who says so and when', async () => {
      expect(await bench.read(1)).toMatchObject({ value: bench.says[0], source: bench.word, stale: false });
    });

    it('says the change', async () => {
      await bench.be(1, 1);
      await bench.pass(8_000);
      expect(await bench.read(1)).toMatchObject({ value: bench.says[1], stale: false });
      expect(await bench.read(2)).toMatchObject({ value: bench.says[0] });
    });

    it('keeps its last word when it falls silent, shows it old, and is heard again by itself', async () => {
      bench.cut();
      await stale();
      expect(await bench.read(1)).toMatchObject({ value: bench.says[0], stale: true });
      if (bench.box) expect(['lost', 'silent']).toContain(bench.box.source.snapshot.status);
      bench.restore();
      await bench.be(1, 1);
      await bench.pass(A_WHILE_MS);
      if (!bench.box) await bench.be(1, 1);
      expect(await bench.read(1)).toMatchObject({ value: bench.says[1], stale: false });
      if (bench.box) expect(bench.box.source.snapshot.status).toBe('answering');
    });

    it('makes nothing of what makes no sense', async () => {
      const before = await bench.read(1);
      await bench.garble();
      await bench.pass(4_000);
      expect((await bench.read(1))?.value).toEqual(before?.value);
      bench.ungarble();
      await bench.be(1, 1);
      await bench.pass(A_WHILE_MS);
      if (!bench.box) await bench.be(1, 1);
      expect(await bench.read(1)).toMatchObject({ value: bench.says[1], stale: false });
    });

    it('hears two at once', async () => {
      await Promise.all([bench.be(1, 1), bench.be(2, 1)]);
      await bench.pass(8_000);
      expect(await bench.read(1)).toMatchObject({ value: bench.says[1] });
      expect(await bench.read(2)).toMatchObject({ value: bench.says[1] });
    });

    it('leaves nothing running when it is ended, and says nothing more', async () => {
      expect(await bench.end()).toBe(0);
      const news = bench.box?.news();
      await bench.pass(A_WHILE_MS);
      expect(bench.box?.news()).toBe(news);
      expect(await bench.end()).toBe(0);
    });

    if (kind === 'word') return;

    it('waits for what comes late', async () => {
      const box = boxOf(bench);
      box.delay(4_000);
      await bench.pass(A_WHILE_MS);
      expect(box.source.snapshot.status).toBe('answering');
      expect(await bench.read(1)).toMatchObject({ value: bench.says[0], stale: false });
    });

    it('switches a port, and says what became of each order', async () => {
      const box = boxOf(bench);
      const after = async <T>(order: Promise<T>): Promise<T> => {
        await bench.pass(8_000);
        return order;
      };
      expect(await after(box.source.switchPort(1, false))).toEqual({ outcome: 'done' });
      expect(box.isOn(1)).toBe(false);
      expect(await bench.read(1)).toMatchObject({ stale: false });
      const two = await after(Promise.all([box.source.switchPort(1, true), box.source.switchPort(2, false)]));
      expect(two).toEqual([{ outcome: 'done' }, { outcome: 'done' }]);
      expect([box.isOn(1), box.isOn(2)]).toEqual([true, false]);
      expect(await after(box.source.switchPort(box.ports + 1, true))).toEqual({
        outcome: 'impossible',
        why: 'noSuchPort',
      });
      bench.cut();
      await stale();
      expect((await after(box.source.switchPort(1, false))).outcome).toBe('silent');
      expect(box.isOn(1)).toBe(true);
    });

    it('an order under way when it is stopped has its outcome', async () => {
      const box = boxOf(bench);
      box.delay(2_000);
      const order = box.source.switchPort(1, false);
      await bench.end();
      await bench.pass(10_000);
      expect(['done', 'silent']).toContain((await order).outcome);
    });
  });
}
