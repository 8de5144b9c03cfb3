import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rightsPage } from '../../../build/docs/rights-page';

it('docs/rights.md says what the matrix says (else: node build/rights-page.mjs)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../docs/rights.md'), 'utf8')).toBe(rightsPage());
});
