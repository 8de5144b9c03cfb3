import { describe, expect, it } from 'vitest';
import { parseRange } from './range';

describe('byte ranges', () => {
  it.each([
    [undefined, 'whole'],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=0-5000', { start: 0, end: 99 }],
    ['bytes=100-', 'none'],
    ['bytes=-0', 'none'],
    ['bytes=9-3', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['octets=1-2', 'whole'],
    ['bytes=-', 'whole'],
  ])('%s', (header, expected) => expect(parseRange(header, 100)).toEqual(expected));
});
