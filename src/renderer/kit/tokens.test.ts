import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function colours(after: string): Map<string, string> {
  const start = css.indexOf('{', css.indexOf(after)) + 1;
  const block = css.slice(start, css.indexOf('}', start));
  return new Map([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1] ?? '', m[2] ?? '']));
}

/** WCAG 2.2 relative luminance of `#rrggbb`. */
function luminance(hex: string): number {
  const channel = (at: number): number => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const TEXT: [string, string][] = [
  ...['paper', 'surface', 'sunk'].flatMap((ground): [string, string][] => [
    ['ink', ground],
    ['ink-soft', ground],
    ['accent-ink', ground],
    ['bad-ink', ground],
    ['warn-ink', ground],
    ['stale-ink', ground],
    ['ok-ink', ground],
    ['info-ink', ground],
  ]),
  ['on-slate', 'slate'],
  ['on-slate-soft', 'slate'],
  ['on-slate', 'slate-raised'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-danger', 'danger'],
  ['on-danger', 'danger-hover'],
  ...['accent', 'ochre', 'ok', 'warn', 'bad', 'info', 'idle', 'stale'].map((tone): [string, string] => [
    `${tone}-ink`,
    `${tone}-soft`,
  ]),
];
/** Edges of what one can act on, and the focus ring: 3 to 1. */
const EDGES: [string, string][] = [
  ['line-strong', 'surface'],
  ['line-strong', 'paper'],
  ['focus', 'surface'],
  ['focus', 'paper'],
  ['focus', 'sunk'],
  ['accent', 'surface'],
];

describe('tokens', () => {
  const light = colours(':root {');
  const dark = colours(":root:not([data-theme='light'])");

  it('says the same in the dark, chosen by the system or by hand', () => {
    expect(colours("[data-theme='dark'] {")).toEqual(dark);
  });

  for (const [theme, values] of [
    ['light', light],
    ['dark', dark],
  ] as const) {
    it.each(TEXT)(`${theme}: %s reads on %s (4.5)`, (ink, ground) => {
      expect(contrast(values.get(ink) ?? '', values.get(ground) ?? '')).toBeGreaterThanOrEqual(4.5);
    });
    it.each(EDGES)(`${theme}: %s is seen on %s (3)`, (edge, ground) => {
      expect(contrast(values.get(edge) ?? '', values.get(ground) ?? '')).toBeGreaterThanOrEqual(3);
    });
  }
});
