import { describe, expect, it } from 'vitest';
import { joinSchool } from '../../../src/main/postes/join';
import { randomBytes } from 'node:crypto';
import { keeping } from '../keeping';
import {
  actor,
  ANNE,
  CE1,
  classe,
  CM2,
  contents,
  DIRECTION,
  ECOLE,
  founding,
  HEAD,
  idOf,
  introduced,
  MARC,
  PARC,
  rebuilt,
  reopened,
  suivi,
  write,
} from './poste';

const { keep, wasClosed } = keeping();

describe('postes of a school, on the LAN, without any Internet', () => {
  it('introduces a second poste, which gets its owner’s audiences and no others', async () => {
    const head = keep(await founding());
    await write(head, classe(CE1), idOf('event', 'one'), { text: 'Mot aux parents' });
    await write(head, suivi(CM2), idOf('event', 'two'), { text: 'acquis' });
    await write(head, DIRECTION, idOf('event', 'three'), { text: 'confidentiel' });
    const anne = keep(await introduced(head, ANNE));
    expect([...anne.keyring.audiences()].sort()).toEqual([...anne.mine.audiences()].sort());
    expect(anne.keyring.audiences()).not.toContain(DIRECTION);
    expect(anne.keyring.audiences()).not.toContain(classe(CM2));

    await anne.sync.run(actor(ANNE));
    for (const name of [ECOLE, PARC, classe(CE1), suivi(CE1)]) {
      expect(await contents(anne, name)).toEqual(await contents(head, name));
    }
    expect(Object.keys(await anne.mine.replica.vectors('all'))).not.toContain(suivi(CM2));
    expect(Object.keys(await anne.mine.replica.vectors('all'))).not.toContain(DIRECTION);
  });

  it('changes nothing the second time', async () => {
    const head = keep(await founding());
    const anne = keep(await introduced(head, ANNE));
    await write(anne, classe(CE1), idOf('plan', 'one'), { title: 'Fractions', text: 'Couper une pomme' });
    expect((await anne.sync.status(actor(ANNE))).waiting).toBe(1);
    await anne.sync.run(actor(ANNE));
    expect((await anne.sync.status(actor(ANNE))).waiting).toBe(0);
    expect(await contents(anne, classe(CE1))).toEqual(await contents(head, classe(CE1)));
    const before = await Promise.all([head, anne].map((poste) => poste.mine.log.size()));
    const status = await anne.sync.run(actor(ANNE));
    expect(status.postes.find((poste) => !poste.here)?.last).toMatchObject({
      outcome: 'done',
      sent: 0,
      received: 0,
    });
    expect(await Promise.all([head, anne].map((poste) => poste.mine.log.size()))).toEqual(before);
  });

  it('keeps and shows both versions of a plan that two postes wrote apart, on both', async () => {
    const head = keep(await founding());
    const first = keep(await introduced(head, ANNE));
    const second = keep(await introduced(head, ANNE, { neighbours: () => [first.postes.address] }));
    const plan = idOf('plan', 'shared');
    await write(first, classe(CE1), plan, { date: '2026-11-23', title: 'Fractions', text: 'Une pomme' });
    await first.sync.run(actor(ANNE));
    // The head's poste stands between them and carries both.
    await second.sync.run(actor(ANNE));
    await write(first, classe(CE1), plan, {
      date: '2026-11-23',
      title: 'Fractions',
      text: 'Une pomme et une poire',
    });
    await write(second, classe(CE1), plan, { date: '2026-11-23', title: 'Fractions', text: 'Une tarte' });
    await second.sync.run(actor(ANNE));

    const shown = await Promise.all([first, second].map((poste) => poste.sync.conflicts(actor(ANNE))));
    expect(shown[0]).toEqual(shown[1]);
    const [conflict] = shown[0] ?? [];
    expect(
      conflict?.versions.map((version) => version.fields.find((field) => field.name === 'text')?.text).sort(),
    ).toEqual(['Une pomme et une poire', 'Une tarte']);
    expect((await first.sync.status(actor(ANNE))).conflicts).toBe(1);
    // Whoever does not teach the class does not read its plans.
    expect(await first.sync.conflicts(actor(MARC))).toEqual([]);

    await first.sync.resolve(actor(ANNE), {
      audience: classe(CE1),
      document: plan,
      seen: conflict?.versions.map(({ rev }) => rev) ?? [],
      choice: 'both',
    });
    await second.sync.run(actor(ANNE));
    for (const poste of [first, second]) {
      const held = (await poste.store.open(classe(CE1))).get(plan);
      expect(held?.conflicts).toEqual([]);
      expect(held?.body['text']).toContain('Une tarte');
      expect(held?.body['text']).toContain('Une pomme et une poire');
      expect(await poste.sync.conflicts(actor(ANNE))).toEqual([]);
    }
  });

  it('gives nothing to who types wrong digits, and nothing to who was not asked in', async () => {
    const head = keep(await founding());
    const stranger = { folder: head.folder, random: (size: number) => randomBytes(size) };
    const keyring = {
      add: () => Promise.reject(new Error('no key may come')),
      dataKey: () => Buffer.alloc(32),
    };
    const join = (showDigits: (digits: string) => void) =>
      joinSchool({ ...stranger, keyring, showDigits }, head.postes.address);
    await expect(join(() => undefined)).rejects.toThrow('INTRODUCTION_WRONG');
    await head.postes.introductions.open(actor(HEAD), ANNE);
    const wrong = join((digits) => {
      const other = String((Number(digits) + 1) % 1_000_000).padStart(6, '0');
      void head.postes.introductions.confirm(actor(HEAD), other);
    });
    await expect(wrong).rejects.toThrow('INTRODUCTION_WRONG');
    expect(head.postes.introductions.state(actor(HEAD))).toEqual({ state: 'refused' });
    // A teacher welcomes a poste of their own, and of nobody else.
    await expect(head.postes.introductions.open(actor(MARC), ANNE)).rejects.toThrow('FORBIDDEN');
  });

  it('rebuilds a dead laptop from another poste', async () => {
    const head = keep(await founding());
    const anne = keep(await introduced(head, ANNE));
    await write(anne, suivi(CE1), idOf('event', 'seen'), { text: 'sait lire' });
    await anne.sync.run(actor(ANNE));
    const lost = await contents(anne, suivi(CE1));
    await anne.close();
    wasClosed(anne);

    const again = keep(await introduced(head, ANNE));
    await again.sync.run(actor(ANNE));
    expect(await contents(again, suivi(CE1))).toEqual(lost);
    const postes = (await again.sync.status(actor(ANNE))).postes;
    expect(postes.map((poste) => poste.person)).toContain(ANNE);
  });

  it('rebuilds the head’s dead laptop from a teacher’s poste and the printed sheet', async () => {
    const head = await founding();
    const sheet = await head.keyring.createSheet();
    const anne = keep(await introduced(head, ANNE));
    await write(head, classe(CE1), idOf('event', 'a'), { text: 'Mot aux parents' });
    await head.sync.run(actor(HEAD));
    await anne.sync.run(actor(ANNE));
    const lost = await contents(head, classe(CE1));
    const headKey = await head.postes.headKey();
    await head.close();

    const again = keep(await rebuilt(anne, ANNE, ['AAAA-BBBB', sheet]));
    // Opened by the sheet, not handed over: the teacher never held this key.
    expect(again.keyring.audiences()).toContain(DIRECTION);
    await again.sync.run(actor(HEAD));
    expect(await contents(again, classe(CE1))).toEqual(lost);
    expect(again.mine.replica.book.isHeadKey(headKey ?? '')).toBe(true);
    // What it writes from now on is believed by the others.
    await write(again, classe(CE1), idOf('event', 'b'), { text: 'Revenue' });
    await again.sync.run(actor(HEAD));
    await anne.sync.run(actor(ANNE));
    expect(await contents(anne, classe(CE1))).toEqual(await contents(again, classe(CE1)));
  });

  it('goes on where it was after a restart', async () => {
    const head = keep(await founding());
    const anne = await introduced(head, ANNE);
    await write(anne, classe(CE1), idOf('homework', 'a'), { text: 'un' });
    await anne.sync.run(actor(ANNE));
    await write(anne, classe(CE1), idOf('homework', 'b'), { text: 'deux' });
    await anne.close(true);
    const back = keep(await reopened(anne, { owner: ANNE, neighbours: () => [head.postes.address] }));
    const status = await back.sync.run(actor(ANNE));
    expect(status.postes.find((poste) => !poste.here)?.last).toMatchObject({ outcome: 'done', sent: 1 });
    expect(status.refused).toEqual([]);
    expect(await contents(back, classe(CE1))).toEqual(await contents(head, classe(CE1)));
  });
});
