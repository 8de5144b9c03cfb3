import { describe, expect, it } from 'vitest';
import { belowFloor } from './browser-floor';
import { createAddressBook, createBucket, DOOR_LIMITS } from './limits';

describe('the browser floor', () => {
  it.each([
    ['Mozilla/5.0 (Linux; Android 8.0; SM-T510) AppleWebKit/537.36 Chrome/96.0.4664.45 Safari/537.36', true],
    ['Mozilla/5.0 (Linux; Android 8.0; SM-T510) AppleWebKit/537.36 Chrome/109.0.0.0 Safari/537.36', false],
    ['Mozilla/5.0 (Windows NT 6.1; rv:102.0) Gecko/20100101 Firefox/102.0', true],
    ['Mozilla/5.0 (Windows NT 6.1; rv:115.0) Gecko/20100101 Firefox/115.0', false],
    ['Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 Version/12.1 Safari/604.1', true],
    ['Mozilla/5.0 (iPad; CPU OS 15_8 like Mac OS X) AppleWebKit/605.1.15 CriOS/120.0 Safari/604.1', false],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/14.1 Safari/605.1.15',
      true,
    ],
    ['Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko', true],
    ['something nobody knows', false],
  ])('%s', (agent, below) => expect(belowFloor(agent)).toBe(below));
});

describe('limits', () => {
  it('a bucket lets a burst through, then a rate', () => {
    const bucket = createBucket(10, 3, 0);
    expect([1, 2, 3, 4].map(() => bucket.take(0))).toEqual([true, true, true, false]);
    expect(bucket.take(100)).toBe(true);
    expect(bucket.take(100)).toBe(false);
  });

  it('one address does not use up the door, and is forgotten when it has left', () => {
    const book = createAddressBook({ ...DOOR_LIMITS, socketsPerAddress: 2, sockets: 3 }, () => 0);
    expect([book.enter('a'), book.enter('a'), book.enter('a')]).toEqual([true, true, false]);
    expect(book.enter('b')).toBe(true);
    book.leave('a');
    book.leave('a');
    book.leave('b');
    expect(book.size).toBe(0);
  });
});
