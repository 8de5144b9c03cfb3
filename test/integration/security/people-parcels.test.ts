import { describe, expect, it } from 'vitest';
import { GrantBook, signGrant } from '../../../src/exchange';
import { refusalOf } from '../../../src/exchange/author-rules';
import {
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
  SUIVI,
} from '../../../src/exchange/testing/school';
import { accountId } from '../../../src/main/directory/accounts';
import type { DocumentBody } from '../../../src/store/port';
import { compileRule, RULE_TEXT } from '../../../sync-server/rules/rule';
import { writerOf } from '../../../sync-server/rules/author-roles';

const UAI = '0951099d';
const [anne, marc] = [idFor('staff', 'anne'), idFor('staff', 'marc')];
const OTHER = idFor('class', 'CM2');
const GRANTS = [
  grantFor('anne'),
  grantFor('marc', { roles: [{ role: 'teacher', classIds: [OTHER] }] }),
  grantFor('relay', { audiences: [PARC], carries: true, roles: [] }),
];
const rule = compileRule(RULE_TEXT);
const book = new GrantBook(SCHOOL, [HEAD.publicKey]);

const DAY = '2026-11-23T07:00:00.000Z';
const right = {
  type: 'delegation',
  person: marc,
  role: 'teacher',
  classIds: [CLASS],
  groupIds: [],
  from: DAY,
  until: '2026-12-04T16:00:00.000Z',
  by: anne,
};
const sent = {
  type: 'dispatch',
  as: 'colleague',
  classId: OTHER,
  from: DAY,
  until: '2026-11-23T15:30:00.000Z',
  by: anne,
};

/** What a teacher's modified client writes; her class is CLASS, a colleague is Marc. */
const FORGED: readonly (readonly [string, string, Record<string, unknown>])[] = [
  ['herself as a head', ECOLE, { ...right, person: anne, role: 'head' }],
  ['a head’s role for somebody', ECOLE, { ...right, role: 'head' }],
  ['a colleague’s class', ECOLE, { ...right, classIds: [OTHER] }],
  ['her own class for ever, to somebody', ECOLE, { ...right, until: undefined }],
  ['her own class for a year, to somebody', ECOLE, { ...right, until: '2027-11-23T07:00:00.000Z' }],
  ['her own class to herself, for when it is taken from her', ECOLE, { ...right, person: anne }],
  ['a right in a colleague’s name', ECOLE, { ...right, by: marc }],
  ['the end of a right as a head', ECOLE, { ...right, type: 'delegationEnded', asHead: true }],
  [
    'the end of a right in a colleague’s name',
    ECOLE,
    { ...right, type: 'delegationEnded', asHead: false, by: marc },
  ],
  ['that a right was settled', ECOLE, { type: 'delegationSettled', delegation: idFor('event', 'x') }],
  ['a convention for after-school leaders', ECOLE, { type: 'convention', from: DAY, by: anne }],
  ['a colleague’s class sent out for a week', ECOLE, { ...sent, until: '2026-11-30T07:00:00.000Z' }],
  ['a colleague’s class sent out as its teacher', ECOLE, { ...sent, as: 'class' }],
  ['a colleague’s class sent out as a head', ECOLE, { ...sent, as: 'head' }],
  ['a class sent out in a colleague’s name', ECOLE, { ...sent, by: marc }],
  ['a roll call of a colleague’s guests', ECOLE, { type: 'guestRoll', host: OTHER, by: anne }],
  ['a colleague’s group', ECOLE, { type: 'group', owner: marc, classIds: [CLASS] }],
  ['a group of a colleague’s pupils', ECOLE, { type: 'group', owner: anne, classIds: [OTHER] }],
  ['that a colleague left every window', PARC, { type: 'signedOut', person: marc, at: DAY }],
  ['that a colleague accepted the charter', PARC, { type: 'charterAccepted', person: marc, version: '1' }],
  ['another way in for a colleague', PARC, { type: 'personWrap', person: marc }],
  ['a colleague’s request for rights', PARC, { type: 'grantRequest', person: marc }],
  ['a secret for codes of the day', PARC, { type: 'dayCodeKey', poste: idFor('poste', 'marc') }],
  ['another box for traces', PARC, { type: 'traceBox', box: 'x' }],
  ['traces of a colleague’s computer', PARC, { type: 'traceSheet', poste: idFor('poste', 'marc') }],
  [
    'that a colleague’s first password waits',
    ECOLE,
    { _id: accountId(marc), type: 'account', mustChange: true },
  ],
  ['another identifier for a colleague', ECOLE, { type: 'account', login: 'm.marc' }],
  [
    'that a colleague left, under her own account’s id',
    PARC,
    { _id: accountId(anne), type: 'signedOut', person: marc, at: DAY },
  ],
  [
    'that a colleague left, under her own computer’s id',
    PARC,
    { _id: idFor('poste', 'anne'), type: 'signedOut', person: marc },
  ],
  ['screens that never hide', PARC, { type: 'idleSettings', minutes: { teacher: 600 } }],
  ['parental authority', ECOLE, { type: 'authority', holds: 'none' }],
  ['whom to call', CLASSE, { type: 'contacts', people: [] }],
  ['a parent’s way into the portal', ECOLE, { type: 'portalAccess', children: [], codes: [] }],
  ['that a parent came', ECOLE, { type: 'portalFact' }],
  ['whose picture may be shown', CLASSE, { type: 'photoConsent', pupils: [] }],
  ['a request about data', ECOLE, { type: 'privacyRequest', person: anne }],
  ['a hand-over of a child', CLASSE, { type: 'handOver' }],
];

describe('a teacher’s modified client says what is not hers to say', () => {
  it.each(FORGED)(
    '%s: not taken by a colleague’s computer, nor by the commune',
    async (_what, audience, said) => {
      const body = JSON.parse(
        JSON.stringify({ _id: idFor('event', 'forged'), v: 1, ...said }),
      ) as DocumentBody;
      const from = member('anne', { grants: GRANTS });
      const to = member('marc', { grants: GRANTS });
      from.documents.write(audience, body);
      const { theirs } = await run(from, to);
      expect(to.documents.snapshot(audience)).toEqual({});
      expect(theirs).toMatchObject([{ document: body._id, reason: 'AUTHOR_FORBIDDEN' }]);
      const written = {
        ...body,
        _rev: `1-${'a'.repeat(32)}`,
        _revisions: { start: 1, ids: ['a'.repeat(32)] },
      };
      const author = writerOf(UAI, audience, idFor('poste', 'anne'), grantFor('anne'));
      expect(rule(written, null, author)).toEqual({ forbidden: 'AUTHOR' });
    },
  );

  it('and what is hers to say is taken by both', () => {
    const own: readonly [string, Record<string, unknown>][] = [
      [ECOLE, right],
      [ECOLE, sent],
      [ECOLE, { ...right, type: 'delegationEnded', asHead: false }],
      [PARC, { type: 'signedOut', person: anne, at: DAY }],
      [ECOLE, { _id: accountId(anne), type: 'account', mustChange: false }],
      [PARC, { type: 'traceSheet', poste: idFor('poste', 'anne') }],
    ];
    for (const [audience, said] of own) {
      const body = { _id: idFor('event', 'true'), v: 1, ...said } as unknown as DocumentBody;
      const record = { id: body._id, rev: `1-${'a'.repeat(32)}`, ancestors: [], deleted: false, body };
      expect(refusalOf(record, audience, [grantFor('anne')], book), body.type).toBeUndefined();
      const author = writerOf(UAI, audience, idFor('poste', 'anne'), grantFor('anne'));
      expect(rule({ ...body, _rev: record.rev }, null, author), body.type).toBe('taken');
    }
  });
});

describe('a forged grant that a relay carries', () => {
  const given = grantFor('anne', { id: 'given' });
  it.each([
    // The head's own name and signature, under other rights.
    ['with a head’s role', { ...given, roles: [{ role: 'head', classIds: [] }] }],
    ['with another class', { ...given, roles: [{ role: 'teacher', classIds: [OTHER] }] }],
    ['with another audience', { ...given, audiences: [ECOLE, CLASSE, SUIVI, PARC, 'direction'] }],
    ['with the key of another computer', { ...given, key: grantFor('mallory').key }],
    [
      'signed by the poste that would like it',
      signGrant(
        (({ signer: _signer, signature: _signature, ...rest }) => ({
          ...rest,
          roles: [{ role: 'head', classIds: [] }],
        }))(given),
        member('anne').signer,
      ),
    ],
  ])('%s gives nothing on any computer', async (_what, forged) => {
    const relay = member('relay', { grants: GRANTS, opens: 'nothing', kept: [] });
    relay.grants.kept.push(forged as typeof given);
    const before = JSON.stringify(member('marc', { grants: GRANTS }).replica.book.all());
    const to = member('marc', { grants: GRANTS });
    const from = member('anne', { grants: GRANTS });
    from.documents.write(PARC, JSON.parse(JSON.stringify(forged)) as DocumentBody);
    await from.replica.packOwn(PARC);
    await run(from, relay);
    await run(to, relay);
    expect(to.replica.book.learn(forged)).toBeUndefined();
    expect(JSON.stringify(to.replica.book.all())).toBe(before);
    expect(to.documents.snapshot(PARC)).toEqual({});
  });
});
