import { describe, expect, it } from 'vitest';
import { audience } from '../../../src/domain/audience';
import { accountId } from '../../../src/main/directory/accounts';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import type { Id } from '../../../src/domain/id';
import { createSchool, extractions, openPoste, PASSWORD, SCHOOL, temporaryFolder } from '../directory/poste';

const CHOSEN = 'ardoise-mirabelle-7';
const perso = (of: Id<'staff'>): string => audience('perso', { of });

async function withTeacher(folder: string) {
  const made = await createSchool(folder);
  const { poste, actor } = made;
  const run = await poste.imports.dryRun(actor, extractions('actuelle'));
  await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result));
  const yann = (await poste.staffNamed('LE FLOCH'))._id as Id<'staff'>;
  const [account] = await poste.accounts.createMany(actor, [yann]);
  if (!account) throw new Error('no account');
  return { ...made, yann, account };
}

describe('whoever finds the window of a locked school', () => {
  it('does not take the school’s recovery sheet away by making another school', async () => {
    const folder = await temporaryFolder();
    const { poste, sheet } = await createSchool(folder, false);
    await poste.close();

    const locked = await openPoste(folder, false);
    await expect(locked.school.create(SCHOOL)).rejects.toMatchObject({ code: 'SCHOOL_EXISTS' });
    await expect(
      locked.school.createProvisional({ title: 'Ma classe', firstNames: ['Léa'] }),
    ).rejects.toMatchObject({ code: 'SCHOOL_EXISTS' });
    await locked.close();

    const again = await openPoste(folder, false);
    expect(await again.keyring.unlockWithSheet(sheet.code)).toContain(audience('direction'));
  });
});

describe('guessing a password', () => {
  it('costs the same time in whatever way the identifier is written', async () => {
    const { poste, yann, account } = await withTeacher(await temporaryFolder());
    for (const who of [yann, 'y.lefloch', 'Y.LEFLOCH', ' y.lefloch '])
      await expect(poste.session.signIn('window', who, 'wrong')).rejects.toMatchObject({
        code: 'SIGN_IN_WRONG',
      });
    for (const who of [yann, 'y.lefloch', 'Y.LeFloch'])
      await expect(poste.session.signIn('window', who, account.password)).rejects.toMatchObject({
        code: 'SIGN_IN_DELAYED',
      });
  });

  it('costs the same time when all tries are made at once', async () => {
    const { poste, yann } = await withTeacher(await temporaryFolder());
    const tries = Array.from({ length: 12 }, (_, n) => poste.session.signIn('window', yann, `wrong-${n}`));
    const codes = (await Promise.allSettled(tries)).map(
      (one) => (one as PromiseRejectedResult).reason as { code: string },
    );
    expect(codes.filter(({ code }) => code === 'SIGN_IN_WRONG').length).toBeLessThanOrEqual(4);
    expect(codes.filter(({ code }) => code === 'SIGN_IN_DELAYED').length).toBeGreaterThanOrEqual(8);
  });

  it('never counts against somebody else', async () => {
    const { poste, head, yann } = await withTeacher(await temporaryFolder());
    for (let n = 0; n < 5; n += 1) await poste.session.signIn('w', yann, `wrong-${n}`).catch(() => undefined);
    expect((await poste.session.signIn('window', head, PASSWORD)).signedIn?.id).toBe(head);
  });
});

describe('first passwords given again', () => {
  it('never open the private notes of somebody else, signed in or not', async () => {
    const { poste, actor, yann, account } = await withTeacher(await temporaryFolder());
    // Nobody has notes under a password that the head knows.
    await poste.session.signIn('his window', yann, account.password);
    expect(poste.keyring.has(perso(yann))).toBe(false);
    const [again] = await poste.accounts.createMany(actor, [yann]);
    expect(await poste.keyring.unlock(yann, again?.password ?? '')).not.toContain(perso(yann));

    await poste.accounts.changePassword(poste.sessions.actorOf('his window'), again?.password ?? '', CHOSEN);
    const notes = await poste.databases.open('perso', yann);
    await notes.put({ _id: 'event_aaaaaaaaaaaaa', type: 'note', v: 1, text: 'à moi' });
    // An account document that says otherwise (a modified client wrote it) still opens nothing.
    const ecole = await poste.databases.open('ecole');
    const held = ecole.get(accountId(yann));
    if (!held) throw new Error('no account');
    await ecole.put({ ...held.body, mustChange: true }, held.rev);
    const [forced] = await poste.accounts.createMany(actor, [yann]);
    poste.keyring.forget(yann);
    expect(await poste.keyring.unlock(yann, forced?.password ?? '')).not.toContain(perso(yann));
    expect(poste.keyring.has(perso(yann))).toBe(false);
  });
});
