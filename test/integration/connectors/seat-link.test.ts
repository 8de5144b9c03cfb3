import { describe, expect, it } from 'vitest';
import { idFrom } from '../../../src/domain/id';
import type { Command } from '../../../src/main/classroom/connectors/port';
import { createSeatLink } from '../../../src/main/classroom/connectors/seat-link';
import { silentLogger } from '../../../src/main/log/logger';

type Link = Parameters<typeof createSeatLink>;
const PC = idFrom('device', Buffer.alloc(9, 7));
const MINUTE = 60_000;

/** A PC that says « done » to whatever it is told. */
function pc() {
  const told: string[] = [];
  let now = Date.UTC(2026, 10, 23, 8);
  const connector = {
    abilities: () => new Set(['message']),
    perform: (_device: unknown, command: Command) => {
      if (command.do === 'message') told.push(command.text);
      return Promise.resolve({ state: 'done' });
    },
  } as unknown as Link[2];
  const context = {
    deps: { platform: { clock: () => now, log: silentLogger } },
  } as unknown as Link[0];
  const link = createSeatLink(context, PC, connector, new Map(), () => undefined);
  return {
    told,
    pass: (ms: number) => (now += ms),
    async look(watched: boolean) {
      link.send('lesson.watched', { watched });
      // Commands of one device go one after the other: nothing to lock, so this one ends when the telling has.
      await new Promise(setImmediate);
    },
  };
}

describe('a PC without our page, whose screen is looked at', () => {
  it('tells who sits there, not at each look, and again who may have come since', async () => {
    const { told, pass, look } = pc();
    await look(true);
    expect(told).toEqual(['Le maître ou la maîtresse peut voir cet écran pendant la séance.']);
    await look(false);
    pass(5 * MINUTE);
    await look(true);
    expect(told).toHaveLength(1);
    await look(false);
    pass(15 * MINUTE);
    await look(true);
    expect(told).toHaveLength(2);
  });
});

describe('a PC that could not be told that its lock comes off', () => {
  const lockedBy = (answers: ('done' | 'no-answer')[], before: boolean) => {
    const told: boolean[] = [];
    const connector = {
      abilities: () => new Set(['lock']),
      perform: (_device: unknown, command: Command) => {
        if (command.do === 'lock') told.push(command.on);
        return Promise.resolve({ state: answers.shift() ?? 'done' });
      },
    } as unknown as Link[2];
    const context = {
      live: { update: () => undefined },
      deps: { platform: { clock: () => 0, log: silentLogger } },
    } as unknown as Link[0];
    const link = createSeatLink(context, PC, connector, new Map(), () => undefined, before);
    return {
      told,
      async attention(on: boolean) {
        link.send('lesson.attention', { on });
        await new Promise(setImmediate);
      },
    };
  };

  it('is told again when it is there, once it did not answer or a lesson before left it locked', async () => {
    const pc1 = lockedBy(['done', 'no-answer', 'done'], false);
    await pc1.attention(true);
    await pc1.attention(false);
    await pc1.attention(false);
    await pc1.attention(false);
    expect(pc1.told).toEqual([true, false, false]);
    const pc2 = lockedBy(['done'], true);
    await pc2.attention(false);
    await pc2.attention(false);
    expect(pc2.told).toEqual([false]);
  });
});
