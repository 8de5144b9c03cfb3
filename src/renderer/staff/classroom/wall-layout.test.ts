import { describe, expect, it } from 'vitest';
import { wallColumns } from './wall-layout';

/** The wall of a laptop's window, under the page's head. */
const laptop = { width: 1070, height: 514 };

describe('the wall', () => {
  it('holds 28 tiles at 1366 × 768 without scrolling', () => {
    const columns = wallColumns(28, laptop);
    const tile = (laptop.width - 8 * (columns - 1)) / columns;
    expect(tile).toBeGreaterThanOrEqual(144);
    expect(Math.ceil(28 / columns) * ((tile * 9) / 16 + 48) - 8).toBeLessThanOrEqual(laptop.height);
  });
  it('holds two tablets that wait beside them', () => {
    const columns = wallColumns(30, laptop);
    const tile = (laptop.width - 8 * (columns - 1)) / columns;
    expect(Math.ceil(30 / columns) * ((tile * 9) / 16 + 48) - 8).toBeLessThanOrEqual(laptop.height);
  });
  it('grows the tiles when there are few', () => {
    expect(wallColumns(15, laptop)).toBeLessThan(wallColumns(28, laptop));
    expect(wallColumns(6, laptop)).toBe(3);
  });
  it('never makes one tile as wide as the window', () => {
    expect(wallColumns(1, laptop)).toBe(3);
  });
  it('scrolls rather than shrink below what can be read', () => {
    expect(wallColumns(40, { width: 620, height: 200 })).toBe(4);
    expect(wallColumns(3, { width: 100, height: 100 })).toBe(1);
  });
});
