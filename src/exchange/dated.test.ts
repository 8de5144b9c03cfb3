import { describe, expect, it } from 'vitest';
import type { DocumentBody } from '../store/port';
import { actorOf, refusalOf } from './author-rules';
import { GrantBook } from './grant-book';
import { readGrant, signGrant, type PosteGrant } from './grant';
import {
  bytesFor,
  CLASS,
  CLASSE,
  ECOLE,
  grantFor,
  HEAD,
  idFor,
  member,
  PARC,
  run,
  SCHOOL,
} from './testing/school';
import { signerFrom } from './signature';

const END = Date.UTC(2026, 10, 23, 15, 30);
const until = new Date(END).toISOString();
const SONIA = grantFor('sonia', {
  until,
  audiences: [PARC, CLASSE],
  roles: [{ role: 'substitute', classIds: [CLASS] }],
});
const GRANTS = [grantFor('anne'), SONIA, grantFor('relay', { audiences: [PARC], carries: true, roles: [] })];
const plan = (n: number): DocumentBody => ({
  _id: idFor('plan', `plan ${n}`),
  type: 'plan',
  v: 1,
  title: `${n}`,
});
const record = (body: DocumentBody) => ({
  id: body._id,
  rev: `1-${'0'.repeat(32)}`,
  ancestors: [],
  deleted: false,
  body,
});

const without = <T extends object, K extends keyof T>(whole: T, ...fields: readonly K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => !fields.includes(name as K))) as Omit<T, K>;

describe('a grant with an end', () => {
  it.each(['a poste', 'a relay'])('is served by %s until then, and not on that very instant', async (who) => {
    const clock = { now: END - 1 };
    const anne = member('anne', { grants: GRANTS, clock: () => clock.now });
    const serving =
      who === 'a poste'
        ? anne
        : member('relay', { grants: GRANTS, opens: 'nothing', clock: () => clock.now });
    const sonia = member('sonia', { grants: GRANTS, audiences: [PARC, CLASSE] });
    const write = async (n: number): Promise<void> => {
      anne.documents.write(CLASSE, plan(n));
      await anne.replica.packOwn(CLASSE);
      if (serving !== anne) await run(anne, serving);
    };
    await write(1);
    await run(sonia, serving);
    expect(sonia.documents.winner(CLASSE, plan(1)._id)).toBeDefined();

    clock.now = END;
    await write(2);
    await run(sonia, serving);
    expect(sonia.documents.winner(CLASSE, plan(2)._id)).toBeUndefined();
  });
  it('does not lose what was written before it, and is brought later', async () => {
    const clock = { now: END - 1 };
    const anne = member('anne', { grants: GRANTS, clock: () => clock.now });
    const sonia = member('sonia', { grants: GRANTS, audiences: [PARC, CLASSE] });
    sonia.documents.write(CLASSE, plan(3));
    await sonia.replica.packOwn(CLASSE);
    clock.now = END + 86_400_000;
    await run(sonia, anne);
    expect(anne.documents.winner(CLASSE, plan(3)._id)).toBeDefined();
  });
  it('is not made longer by who carries it', () => {
    const longer = { ...SONIA, until: '2027-07-01T00:00:00.000Z' };
    expect(readGrant(longer)).toBeUndefined();
    expect(readGrant(without(SONIA, 'until'))).toBeUndefined();
    // Signed by the one who would like it: nobody's word.
    const own = signerFrom(bytesFor('poste sonia'));
    const content = without(longer, 'signer', 'signature');
    const book = new GrantBook(SCHOOL, [HEAD.publicKey]);
    expect(book.learn(signGrant({ ...content, _id: idFor('grant', 'forged') }, own))).toBeUndefined();
    expect(book.grantsOf(idFor('poste', 'sonia'))).toEqual([]);
  });
});

describe('a role of a later version', () => {
  const later: PosteGrant = grantFor('anne', { roles: [] });
  const content = without(later, 'signer', 'signature');
  const grant = signGrant(
    {
      ...content,
      roles: [
        { role: 'archivist', classIds: [CLASS], shelf: 7 },
        { role: 'teacher', classIds: [] },
      ],
    },
    HEAD,
  );
  it('is signed and carried with all it says, and is no right', () => {
    expect(readGrant(JSON.parse(JSON.stringify(grant)))).toMatchObject({
      roles: [{ role: 'archivist', shelf: 7 }, { role: 'teacher' }],
    });
    expect(actorOf(grant)).toMatchObject({ grants: [{ role: 'teacher', classIds: [] }] });
  });
});

describe('who says a right in the exchange', () => {
  const book = new GrantBook(SCHOOL, []);
  const anne = idFor('staff', 'anne');
  const by = (roles: PosteGrant['roles'], change: Partial<PosteGrant> = {}): PosteGrant => ({
    ...grantFor('anne'),
    roles,
    ...change,
  });
  const TEACHER = [{ role: 'teacher', classIds: [CLASS] }];
  const given = (change: object = {}): DocumentBody => ({
    _id: idFor('event', 'given'),
    type: 'delegation',
    v: 1,
    person: idFor('staff', 'sonia'),
    role: 'atsem',
    classIds: [CLASS],
    groupIds: [],
    from: until,
    until: new Date(END + 31 * 86_400_000).toISOString(),
    by: anne,
    ...change,
  });
  const verdict = (body: DocumentBody, author: PosteGrant): string =>
    refusalOf(record(body), ECOLE, [author], book) ?? 'taken';

  it('is a head, or a teacher of their own class in their own name', () => {
    expect(verdict(given({ role: 'substitute', by: 'staff_x' }), by([{ role: 'head', classIds: [] }]))).toBe(
      'taken',
    );
    expect(verdict(given(), by(TEACHER))).toBe('taken');
  });
  it.each([
    ['a replacement', { role: 'substitute' }],
    ['a head’s role', { role: 'head' }],
    ['another class', { classIds: [idFor('class', 'CM2')] }],
    ['no class at all', { classIds: [] }],
    ['a group', { groupIds: [idFor('group', 'g')] }],
    ['another’s name', { by: idFor('staff', 'marc') }],
    ['anything for longer than a month', { until: new Date(END + 31 * 86_400_000 + 1).toISOString() }],
    ['anything without an end', { until: undefined }],
    ['anything with an end that a clock reads as it likes', { until: '2026-12-01' }],
    ['anything that outlasts their own right: not to oneself', { person: anne }],
    ['nonsense', { classIds: 'all', groupIds: null }],
  ])('a teacher gives nobody %s', (_what, change) => {
    expect(verdict(given(change), by(TEACHER))).toBe('AUTHOR_FORBIDDEN');
  });
  it('is nobody to whom the class was lent, nor a substitute', () => {
    expect(verdict(given(), by(TEACHER, { until }))).toBe('AUTHOR_FORBIDDEN');
    expect(verdict(given(), by([{ role: 'substitute', classIds: [CLASS] }]))).toBe('AUTHOR_FORBIDDEN');
  });
  it('ends it as a head only where they are one', () => {
    const end = (asHead: boolean): DocumentBody => ({
      ...given(),
      type: 'delegationEnded',
      delegation: idFor('event', 'given'),
      at: until,
      asHead,
    });
    expect(verdict(end(false), by(TEACHER))).toBe('taken');
    expect(verdict(end(true), by(TEACHER))).toBe('AUTHOR_FORBIDDEN');
    expect(verdict(end(true), by([{ role: 'head', classIds: [] }]))).toBe('taken');
  });
  it.each(['delegationSettled', 'convention', 'conventionEnded'])('%s is a head’s', (type) => {
    expect(verdict({ ...given(), type }, by(TEACHER))).toBe('AUTHOR_FORBIDDEN');
    expect(verdict({ ...given(), type }, by([{ role: 'head', classIds: [] }]))).toBe('taken');
  });
  it.each(['delegation', 'delegationEnded', 'convention'])('a %s is never written over', (type) => {
    const rewritten = { ...record({ ...given(), type }), ancestors: [`1-${'1'.repeat(32)}`] };
    expect(refusalOf(rewritten, ECOLE, [by([{ role: 'head', classIds: [] }])], book)).toBe('RULE');
  });
});
