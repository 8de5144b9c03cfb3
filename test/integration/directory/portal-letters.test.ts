import { describe, expect, test } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { verifierOf, CODE_BYTES } from '../../../src/main/directory/portal-code';
import { parsePrintedCode } from '../../../src/store/recovery-code';
import { school, childOfTwo } from './guardians-school';

describe('letters for the portal', () => {
  test('hold a code that is kept nowhere, that expires, is replaced, is used once, is taken away', async () => {
    const found = await school();
    const { head, poste, room, taught } = found;
    const { child, one, other } = await childOfTwo(found);
    const issue = async (...guardians: Id<'guardian'>[]) =>
      (await head.call.portalIssue(head.with, { guardians })).letters;
    const state = async () =>
      (await head.call.portal(head.with, {})).accesses.find(({ guardian }) => guardian === one.id)?.state;
    await expect(issue(one.id)).rejects.toMatchObject({ code: 'PORTAL_ADDRESS_MISSING' });
    await head.call.portalAddress(head.with, { address: 'https://familles.valombreuse.example/' });
    const [letter] = await issue(one.id, one.id);
    if (!letter) throw new Error('no letter');
    expect(letter.code).toMatch(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/);
    expect(letter.link).toBe(`https://familles.valombreuse.example/#activer=${letter.code}`);
    expect(letter.children.map(({ name }) => name)).toContain(child.name);
    expect(await state()).toBe('waiting');

    const ecole = await poste.databases.open('ecole');
    const access = () => ecole.all('portalAccess').map(({ body }) => body);
    const [published, ...more] = access();
    expect(more).toEqual([]);
    const verifier = verifierOf(published?._id as Id<'portal'>, parsePrintedCode(letter.code, CODE_BYTES));
    expect(published?.['codes']).toEqual([{ verifier, expiresAt: letter.expiresAt }]);
    const direction = await poste.databases.open('direction');
    const everything = JSON.stringify([
      await ecole.changesSince(0, 10_000),
      await direction.changesSince(0, 10_000),
    ]);
    expect(everything).not.toContain(letter.code);
    expect(JSON.stringify(published)).not.toContain(one.id);
    expect(JSON.stringify(published)).not.toContain(one.family);

    // Another letter: the first opens nothing any more.
    const [second] = await issue(one.id);
    expect(second?.code).not.toBe(letter.code);
    expect(JSON.stringify(access())).not.toContain(verifier);
    // The portal says that it served (its own work; the door is here).
    const used = verifierOf(published?._id as Id<'portal'>, parsePrintedCode(second?.code ?? '', CODE_BYTES));
    await ecole.putAll([{ _id: 'event_aaaaaaaaaaaaa', type: 'portalUsed', v: 1, verifier: used }]);
    await room.step();
    expect(await state()).toBe('used');
    expect(access()).toMatchObject([{ children: [...one.children].sort(), codes: [] }]);
    // Taken away; a stranger's code would not come back by being issued to the other parent.
    await head.call.portalRevoke(head.with, { guardian: one.id });
    expect(await state()).toBe('revoked');
    expect(access()).toEqual([]);
    await expect(head.call.portalRevoke(head.with, { guardian: one.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await issue(one.id, other.id);
    expect(access()).toHaveLength(2);
    poste.clock.now += 43 * 24 * 3_600_000;
    await room.step();
    expect(await state()).toBe('expired');
    expect(access().flatMap((body) => body['codes'])).toEqual([]);

    // A parent who gets no letters gets none of these.
    await head.say({
      pupil: child.id,
      guardian: other.id,
      holds: 'none',
      from: '2026-11-22',
      basis: { kind: 'judgement', seenOn: '2026-11-20' },
    });
    for (const brother of other.children.filter((id) => id !== child.id))
      await head.say({
        pupil: brother,
        guardian: other.id,
        holds: 'none',
        from: '2026-11-22',
        basis: { kind: 'judgement', seenOn: '2026-11-20' },
      });
    await expect(issue(other.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(access()).toHaveLength(1);
    expect((await head.letters([taught], 'person')).length).toBeGreaterThan(5);
  });
});
