import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterAsking, inUrgency, nextStep, PRIORITIES, type PlanInput, type PlanSource } from './plan';
import { rangesOf } from './ranges';

const BODY = 60_000;
const positions = (count: number) =>
  fc.uniqueArray(fc.nat(count - 1)).map((all) => all.sort((a, b) => a - b));
const source = (count: number, kind: 'lan' | 'line'): fc.Arbitrary<PlanSource & { held: Set<number> }> =>
  fc
    .record({
      id: fc.string({ minLength: 1 }),
      held: positions(count).map((all) => new Set(all)),
      claimed: positions(count),
    })
    .map(({ id, held, claimed }) => ({
      id: `${kind} ${id}`,
      kind,
      held,
      has: (at) => held.has(at),
      ...(kind === 'lan' && claimed.length > 0
        ? { claim: { state: 'going' as const, ranges: rangesOf(claimed) } }
        : {}),
    }));

const situation = fc.integer({ min: 1, max: 80 }).chain((count) =>
  fc.record({
    missing: positions(count),
    near: fc.uniqueArray(source(count, 'lan'), { maxLength: 3, selector: ({ id }) => id }),
    line: fc.option(source(count, 'line'), { nil: undefined }),
    start: fc.double({ min: 0, max: 1, noNaN: true }),
    budget: fc.nat(40 * BODY),
    started: fc.option(fc.record({ position: fc.nat(count - 1), bytes: fc.nat(BODY - 1) }), {
      nil: undefined,
    }),
  }),
);

const inputOf = ({ near, line, ...rest }: typeof situation extends fc.Arbitrary<infer S> ? S : never) => {
  const sources = [...near, ...(line ? [line] : [])];
  return { input: { ...rest, sources, bodyLength: () => BODY } satisfies PlanInput, sources };
};

describe('what to fetch next', () => {
  it('asks the line for nothing that a neighbour has or is bringing, nor more than the budget', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const { input, sources } = inputOf(one);
        const step = nextStep(input);
        if (step.do !== 'fetch') return;
        const from = sources.find(({ id }) => id === step.source);
        expect(step.positions.length).toBeGreaterThan(0);
        expect(new Set(step.positions).size).toBe(step.positions.length);
        for (const at of step.positions) {
          expect(one.missing).toContain(at);
          expect(from?.has(at)).toBe(true);
        }
        if (from?.kind !== 'line') return;
        for (const { has, claim } of one.near)
          for (const at of step.positions) {
            expect(has(at)).toBe(false);
            for (const [first, last] of claim?.ranges ?? []) expect(at < first || at > last).toBe(true);
          }
        const started = one.started && step.positions.includes(one.started.position) ? one.started.bytes : 0;
        expect(step.positions.length * BODY - started).toBeLessThanOrEqual(one.budget);
      }),
    );
  });

  it('stops only when there is nothing to do, and says why', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const { input } = inputOf(one);
        const step = nextStep(input);
        const claimed = (at: number): boolean =>
          one.near.some(({ claim }) => claim?.ranges.some(([first, last]) => at >= first && at <= last));
        const near = one.missing.filter((at) => one.near.some(({ has }) => has(at)));
        const far = one.missing.filter((at) => one.line?.has(at) && !claimed(at));
        if (step.do === 'wait') expect(near.length + far.length).toBe(0);
        if (step.do === 'wait') expect(one.missing.some(claimed)).toBe(true);
        if (step.do !== 'stop') return;
        if (step.why === 'whole') expect(one.missing).toEqual([]);
        if (step.why === 'nobody') expect(near.length + far.length).toBe(0);
        if (step.why === 'budget') expect(far.length).toBeGreaterThan(0);
      }),
    );
  });

  it('lets one of two go where both want the same, whatever each has seen of the other', () => {
    const ranges = rangesOf([3, 4]);
    const asking = { state: 'asking' as const, ranges };
    const going = { state: 'going' as const, ranges };
    // Each saw the other asking: the smaller waits until the larger has looked, and stepped back.
    expect(afterAsking('b', [4], [{ id: 'a', claim: asking }])).toBe('yield');
    expect(afterAsking('a', [4], [{ id: 'b', claim: asking }])).toBe('ask-again');
    // The larger looked before the smaller had begun, and goes.
    expect(afterAsking('a', [4], [{ id: 'b', claim: going }])).toBe('yield');
    expect(afterAsking('a', [5], [{ id: 'b', claim: going }])).toBe('go');
    expect(afterAsking('a', [4], [{ id: 'b' }])).toBe('go');
  });

  it('takes the urgent first, then the small, in the same order on every poste', () => {
    const want = fc.record({
      priority: fc.constantFrom(...PRIORITIES),
      size: fc.nat(1000),
      sha256: fc.nat(0xffff).map((number) => number.toString(16).padStart(4, '0')),
    });
    fc.assert(
      fc.property(fc.uniqueArray(want, { selector: ({ sha256 }) => sha256 }), (wants) => {
        const order = inUrgency(wants);
        expect(inUrgency([...wants].reverse())).toEqual(order);
        for (const [at, one] of order.entries()) {
          const next = order[at + 1];
          if (!next) continue;
          const rank = PRIORITIES.indexOf(one.priority) - PRIORITIES.indexOf(next.priority);
          expect(rank < 0 || (rank === 0 && one.size <= next.size)).toBe(true);
        }
      }),
    );
  });
});
