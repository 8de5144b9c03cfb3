import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../../domain/errors';

const here = import.meta.dirname;
const read = (locale: string, file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(here, locale, file), 'utf8')) as Record<string, unknown>;
const keys = (value: Record<string, unknown>, prefix = ''): string[] =>
  Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null
      ? keys(inner as Record<string, unknown>, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
const files = readdirSync(join(here, 'fr')).filter((name) => name.endsWith('.json'));

describe('locale files', () => {
  it.each(files)('%s says the same things in both languages', (file) => {
    expect(keys(read('en', file)).sort()).toEqual(keys(read('fr', file)).sort());
  });
  it('has no English file without its French one', () => {
    expect(
      readdirSync(join(here, 'en'))
        .filter((name) => name.endsWith('.json'))
        .sort(),
    ).toEqual([...files].sort());
  });
  it('has a sentence for every error code', () => {
    for (const code of ERROR_CODES) expect(read('fr', 'errors.json'), code).toHaveProperty(code);
  });
});
