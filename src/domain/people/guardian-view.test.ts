import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import { HOLDS, type AuthorityFact } from './authority';
import { PAPERS } from './authority-sign';
import { viewFor, type ChildFile } from './guardian-view';
import type { Guardian } from './person';

const CHILD: Id<'pupil'> = 'pupil_aaaaaaaaaaaaa';
const ME: Id<'guardian'> = 'guardian_aaaaaaaaaaaaa';
const OTHERS: Id<'guardian'>[] = ['guardian_bbbbbbbbbbbbb', 'guardian_ccccccccccccc'];
const ON = '2026-11-22';

/** Words that can be told from one another: whose they are stands in them. */
const word = (whose: string) => fc.integer({ min: 1, max: 999 }).map((n) => `${whose}-${String(n)}`);
const guardian = (id: Id<'guardian'>, whose: string): fc.Arbitrary<Guardian> =>
  fc
    .record({
      family: word(whose),
      first: word(whose),
      email: word(whose),
      mobile: word(whose),
      street: word(whose),
      linked: fc.boolean(),
    })
    .map(({ family, first, email, mobile, street, linked }) => ({
      id,
      names: { family, first },
      email,
      phones: { mobile },
      address: { street },
      children: linked || whose === 'mine' ? [CHILD, `pupil_of${whose}`] : [],
    }));
const factOf = (who: Id<'guardian'>, whose: string): fc.Arbitrary<AuthorityFact> =>
  fc
    .record({ n: fc.nat(99), holds: fc.constantFrom(...HOLDS), receives: fc.boolean() })
    .map(({ n, holds, receives }) => ({
      id: `${whose}-fact-${String(n)}`,
      pupil: CHILD,
      guardian: who,
      holds,
      receives,
      from: '2026-09-01',
      basis: { kind: 'judgement' as const, seenOn: '2026-09-01' },
      by: `${whose}-by`,
      at: '2026-09-01T08:00:00.000Z',
      replaces: [],
    }));
const PAPER_IDS = ['p1', 'p2'];
const replyOf = (who: Id<'guardian'>, whose: string) =>
  fc.record({
    paper: fc.constantFrom(...PAPER_IDS),
    guardian: fc.constant(who),
    readAt: fc.constant('2026-11-20T08:00:00.000Z'),
    signedOn: fc.option(fc.constant('2026-11-20'), { nil: undefined }),
    agrees: fc.boolean(),
    reply: word(whose),
  });
const papers = fc.tuple(...PAPER_IDS.map((id) => fc.constantFrom(...PAPERS).map((kind) => ({ id, kind, title: `title ${id}`, text: `text ${id}`, sentAt: '2026-11-19T08:00:00.000Z' })))); // prettier-ignore
const mine = fc.record({
  me: guardian(ME, 'mine'),
  facts: fc.array(factOf(ME, 'mine'), { maxLength: 2 }),
  replies: fc.array(replyOf(ME, 'mine'), { maxLength: 3 }),
});
const theirs = fc
  .tuple(
    ...OTHERS.map((id) =>
      fc.record({
        who: guardian(id, 'theirs'),
        facts: fc.array(factOf(id, 'theirs'), { maxLength: 2 }),
        replies: fc.array(replyOf(id, 'theirs'), { maxLength: 3 }),
        known: fc.boolean(),
      }),
    ),
  )
  .map((all) => all.filter(({ known }) => known));

type Mine = typeof mine extends fc.Arbitrary<infer T> ? T : never;
type Theirs = typeof theirs extends fc.Arbitrary<infer T> ? T : never;
const file = (own: Mine, others: Theirs, sent: ChildFile['papers']): ChildFile => ({
  pupil: { id: CHILD, first: 'Léa', family: 'Martin' },
  guardians: [...others.map(({ who }) => who), own.me],
  facts: [...others.flatMap(({ facts }) => facts), ...own.facts],
  papers: sent,
  replies: [...others.flatMap(({ replies }) => replies), ...own.replies],
});

describe('what one guardian gets', () => {
  it('is the same whoever else the child’s guardians are, and whatever they do', () => {
    fc.assert(
      fc.property(mine, theirs, theirs, papers, (own, one, other, sent) => {
        expect(viewFor(ME, file(own, one, sent), ON)).toEqual(viewFor(ME, file(own, other, sent), ON));
      }),
    );
  });
  it('holds no word of another guardian, and of its own only what is about this child', () => {
    fc.assert(
      fc.property(mine, theirs, papers, (own, others, sent) => {
        const view = JSON.stringify(viewFor(ME, file(own, others, sent), ON) ?? null);
        expect(view).not.toContain('theirs');
        expect(view).not.toContain('pupil_of');
        for (const id of OTHERS) expect(view).not.toContain(id);
      }),
    );
  });
  it('is nothing for a stranger, and for somebody without authority unless letters were granted', () => {
    const me: Guardian = {
      id: ME,
      names: { family: 'M', first: 'A' },
      phones: {},
      address: {},
      children: [CHILD],
    };
    const known = (fact: Partial<AuthorityFact>): ChildFile => ({
      pupil: { id: CHILD, first: 'Léa', family: 'Martin' },
      guardians: [me],
      facts: [
        {
          id: 'f',
          pupil: CHILD,
          guardian: ME,
          holds: 'none',
          from: '2026-09-01',
          basis: { kind: 'judgement' },
          by: 'x',
          at: '2026-09-01T08:00:00.000Z',
          replaces: [],
          ...fact,
        },
      ],
      papers: [{ id: 'p', kind: 'outing', title: 't', text: 't', sentAt: '2026-11-19T08:00:00.000Z' }],
      replies: [],
    });
    const stranger: Id<'guardian'> = 'guardian_zzzzzzzzzzzzz';
    expect(viewFor(stranger, known({}), ON)).toBeUndefined();
    expect(viewFor(ME, known({}), ON)).toBeUndefined();
    expect(viewFor(ME, known({ receives: true }), ON)?.papers).toMatchObject([{ maySign: false }]);
    expect(viewFor(ME, known({ holds: 'joint' }), ON)?.papers).toMatchObject([
      { maySign: true, needed: 'one' },
    ]);
    // A fact about a brother says nothing here.
    expect(viewFor(ME, known({ pupil: 'pupil_bbbbbbbbbbbbb' }), ON)?.holds).toBe('toConfirm');
  });
});
