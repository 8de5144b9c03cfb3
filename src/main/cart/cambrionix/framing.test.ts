import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LINE_LENGTH, MAX_REPLY_LINES, ReplyFramer } from './framing';
import type { Reply } from './framing';

const collect = (...chunks: (string | Uint8Array)[]): Reply[] => {
  const replies: Reply[] = [];
  const framer = new ReplyFramer((reply) => replies.push(reply));
  for (const chunk of chunks) framer.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  return replies;
};

describe('framing', () => {
  it('ends a reply at the prompt, and drops blank lines', () => {
    expect(collect('state\r\n\r\n1, 0000, D O, 0, 0, x, 0.00\r\n\r\n>> ')).toEqual([
      { lines: ['state', '1, 0000, D O, 0, 0, x, 0.00'], boot: false, damaged: false },
    ]);
  });

  it('knows the prompt of boot mode, terminal colours, and a lone carriage return', () => {
    expect(collect('boot>> ')).toMatchObject([{ boot: true, lines: [] }]);
    expect(collect('\u001b[0m\u001b[2J>> ')).toMatchObject([{ boot: false, damaged: false }]);
    expect(collect('a\rb\r>>')).toMatchObject([{ lines: ['a', 'b'] }]);
  });

  it('takes no prompt in the middle of a line', () => {
    expect(collect('text >> more\r\n>> ')).toMatchObject([{ lines: ['text >> more'] }]);
  });

  it('gives the same replies however the bytes are cut', () => {
    const wire = Buffer.from(
      'id\r\nmfr:cambrionix,hw:PP15S\r\n>> state\r\n1, 0, A C, 1, 5, x, 0.01\r\n>> ',
      'latin1',
    );
    const whole = collect(wire);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: wire.length }), { maxLength: 10 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), wire.length];
        expect(collect(...at.slice(1).map((end, i) => wire.subarray(at[i], end)))).toEqual(whole);
      }),
      { seed: 1 },
    );
  });

  it('never holds more than its bound, whatever comes', () => {
    const replies: Reply[] = [];
    const framer = new ReplyFramer((reply) => replies.push(reply));
    let peak = 0;
    const feed = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.string({ maxLength: 2_000 }).map((text) => Buffer.from(text, 'latin1')),
      fc.constant(Buffer.from('x\n'.repeat(1_000))),
    );
    fc.assert(
      fc.property(feed, (bytes) => {
        framer.push(bytes);
        peak = Math.max(peak, framer.held);
      }),
      { seed: 7, numRuns: 1_000 },
    );
    framer.push(Buffer.alloc(5_000_000, 0x41));
    expect(Math.max(peak, framer.held)).toBeLessThanOrEqual(MAX_LINE_LENGTH * (MAX_REPLY_LINES + 1));
    framer.push(Buffer.from('\r\n>> '));
    expect(replies.at(-1)?.damaged).toBe(true);
    // And it reads on as if nothing had happened.
    framer.push(Buffer.from('ok\r\n>> '));
    expect(replies.at(-1)).toEqual({ lines: ['ok'], boot: false, damaged: false });
  });
});
