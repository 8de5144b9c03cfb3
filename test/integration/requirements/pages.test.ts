import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'docs/requirements');
const STATES = ['done', 'partly', 'not', 'not ours'];

const numbered = (prefix: string, last: number, pad = 0): string[] =>
  Array.from({ length: last }, (_, at) => prefix + String(at + 1).padStart(pad, '0'));

/** Rows of the reference that these pages answer, written from the texts: SDET 6.2, CARINE 1.0, CARMO 3.0. */
const ROWS = [
  ...numbered('SOC-SEC-', 2, 2),
  ...numbered('SOC-SEC-IAU-', 14, 2),
  ...numbered('SOC-SEC-AUT-', 3, 2),
  ...numbered('SOC-SEC-PII-', 7, 2),
  ...numbered('SOC-SEC-APS-', 4, 2),
  'SOC-SEC-DVS-01',
  ...numbered('SOC-SUP-ABO-', 4, 2),
  'SOC-POR-PPO-08',
  ...numbered('UTI-IDO-PBL-', 8, 2),
  ...numbered('UTI-UTL-GRP-', 7, 2),
  ...['63', '64', '65', '66', '67', '68', 'L1812', 'L3615', 'L12849'].map((one) => `SDET-${one}`),
  ...numbered('INF-ANN-', 8),
  ...numbered('INF-AUT-', 13),
  ...numbered('INF-SEC-', 12),
  ...numbered('MCO-JAL-', 8),
  ...numbered('UTI-ESF-', 13),
  ...numbered('UTI-MSG-', 15),
  ...numbered('UTI-CTR-', 2),
  ...numbered('UTI-PUB-', 8),
  ...numbered('UTI-REC-', 6),
  ...numbered('#7.', 56),
  ...numbered('#9.', 24),
  '#9.15 bis',
  ...Array.from({ length: 17 }, (_, at) => `CARMO-${46 + at}`),
  'CARMO-70',
  ...numbered('#11.', 17),
  ...[64, 65, 66, 67, 68, 69, 71, 72, 73].map((one) => `CARMO-${one}`),
];

const pages = readdirSync(FOLDER).filter((name) => name.endsWith('.md') && name !== 'README.md');
const rows = pages.flatMap((page) =>
  readFileSync(join(FOLDER, page), 'utf8')
    .split('\n')
    .filter((line) => /^\| (?!row |-)/.test(line))
    .map((line) => {
      const [row = '', level = '', asks = '', state = '', where = '', test = ''] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return { page, row, level, asks, state, where, test };
    }),
);

describe('docs/requirements', () => {
  it('has each row of the texts, once', () => {
    expect(rows.map(({ row }) => row).sort()).toEqual([...ROWS].sort());
  });

  it('says of each what it asks and where it stands; of what is missing, why', () => {
    for (const { row, asks, state, where, test } of rows) {
      expect(STATES, row).toContain(state);
      expect(asks, row).not.toBe('');
      if (state === 'done' || state === 'partly') expect(test, row).toMatch(/`[^`]+` ".+"/);
      else expect(test, row).toBe('–');
      if (state === 'partly' || state === 'not ours') expect(where.length, row).toBeGreaterThan(5);
    }
  });

  it('names tests that are there', () => {
    const cited = rows.flatMap(({ row, test }) =>
      [...test.matchAll(/`([^`]+)` "([^"]+)"/g)].map(([, file = '', title = '']) => ({ row, file, title })),
    );
    expect(cited.length).toBeGreaterThan(rows.length / 2);
    for (const { row, file, title } of cited) {
      expect(existsSync(join(ROOT, file)), `${row}: ${file}`).toBe(true);
      const titles = [
        ...readFileSync(join(ROOT, file), 'utf8').matchAll(
          /(?:describe|it|test)(?:\.\w+)?\(\s*(['"`])((?:\\.|(?!\1).)*)\1|\]\)\(\s*(['"`])((?:\\.|(?!\3).)*)\3/g,
        ),
      ].map((found) => found[2] ?? found[4]);
      expect(titles, `${row}: ${file}`).toContain(title);
    }
  });
});
