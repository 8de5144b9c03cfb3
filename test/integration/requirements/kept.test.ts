import { describe, expect, it } from 'vitest';
import { expiresOn } from '../../../src/domain/retention/expiry';

/** Rows of docs/requirements on how long, that no other test shows. */
describe('What is kept (CARINE JAL-2, SDET APS-03)', () => {
  it('a sheet of the journal goes after twelve months, not before', () => {
    const day = expiresOn({ type: 'traceSheet', v: 1, at: '2026-11-22T10:00:00.000Z' });
    expect(day).toBe('2027-11-23');
  });
});
