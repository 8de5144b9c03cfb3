import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { extractions } from '../directory/poste';
import { readCharter, workshop, type TestHost } from '../host/hosts';

const PASSWORD = 'tilleul-carnet-38';
const shop = workshop();
let host: TestHost;
let head: Id<'staff'>;

async function put(name: string, bytes: Uint8Array, type: string): Promise<string> {
  return host.binary.area.put('window', name, type, Readable.from([bytes]));
}
async function fetched(path: string): Promise<Buffer> {
  const found = host.binary.area.offered('window', path.split('/').at(-1) ?? '');
  if (!found) throw new Error(`nothing at ${path}`);
  return buffer(await found.open());
}
const refusal = (code: string) => expect.objectContaining({ code });

/** A school of the invented extraction, its head at the window. */
beforeAll(async () => {
  host = await shop.open('school');
  await host.ask('school.create', {
    name: 'École primaire du Val',
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { first: 'Naïma', family: 'Saint-Cyr', password: PASSWORD },
  });
  const files = await Promise.all(
    extractions('actuelle').map(({ name, bytes }) => put(name, bytes, 'text/csv')),
  );
  const { plan } = await host.ask('people.dryRun', { uploads: files });
  await host.ask('people.applyImport', { plan, decisions: {} });
  const { signedIn } = await host.ask('session.state', {});
  if (!signedIn) throw new Error('nobody at the window');
  head = signedIn.id;
}, 120_000);
afterAll(() => shop.end());

async function child(): Promise<{
  id: Id<'pupil'>;
  class: Id<'class'>;
  guardians: { id: Id<'guardian'>; name: string }[];
  name: string;
}> {
  for (const { id } of (await host.ask('people.classes', {})).classes) {
    const { pupils } = await host.ask('privacy.images', { class: id });
    const found = pupils.find(({ guardians }) => guardians.length === 2);
    if (found) return { id: found.id, class: id, guardians: found.guardians, name: found.name };
  }
  throw new Error('no child with two parents');
}

describe('the register of processing', () => {
  it('is made of what is there, and anybody may read the notice', async () => {
    const register = await host.ask('privacy.register', {});
    expect(register).toMatchObject({ school: 'École primaire du Val', uai: '0951099D' });
    expect(register.entries.map(({ activity }) => activity)).toEqual(
      expect.arrayContaining(['directory', 'families', 'accounts', 'traces', 'requests']),
    );
    expect(register.entries.find(({ activity }) => activity === 'assessment')).toBeUndefined();
    expect(register.entries.find(({ activity }) => activity === 'directory')?.documents).toBeGreaterThan(10);
    await host.ask('privacy.saveContacts', {
      academy: 'DSDEN 95',
      academyDpo: 'dpd@ac.example',
      commune: '',
      communeDpo: '',
    });
    const notice = await host.ask('privacy.notice', {}, 'nobody');
    expect(notice.contacts.academyDpo).toBe('dpd@ac.example');
    expect(notice.entries.every(({ documents }) => documents === 0)).toBe(true);
    await expect(host.ask('privacy.register', {}, 'nobody')).rejects.toThrow(refusal('NOT_SIGNED_IN'));
  });
  it('says what is kept how long', async () => {
    const { kinds } = await host.ask('privacy.retention', {});
    expect(kinds.find(({ type }) => type === 'guardian')).toMatchObject({ source: 'leaver' });
    expect(kinds.every(({ source }) => source !== 'other')).toBe(true);
  });
});

describe('pictures', () => {
  it('ask both parents, take papers with their scan, and reach the class', async () => {
    const { id, class: classId, guardians } = await child();
    const [one, other] = guardians;
    if (!one || !other) throw new Error('two parents');
    const state = async () =>
      (await host.ask('privacy.images', { class: classId })).pupils.find((pupil) => pupil.id === id);
    const scan = await put('feuille.pdf', Buffer.from('%PDF-1.4 invented'), 'application/pdf');
    await host.ask('privacy.authorise', {
      pupil: id,
      guardian: one.id,
      what: 'image',
      agrees: false,
      on: '2026-09-05',
      scan,
    });
    expect(await state()).toMatchObject({ may: false, stop: 'refused', who: [one.name] });
    expect(await host.ask('privacy.mayPublish', { pupils: [id] })).toMatchObject({
      may: false,
      stopped: [{ id }],
    });
    const paper = (await state())?.papers[0];
    expect(paper).toMatchObject({ scan: true, agrees: false });
    if (!paper) throw new Error('no paper');
    const { download } = await host.ask('privacy.scan', { paper: paper.id });
    expect((await fetched(download)).toString()).toBe('%PDF-1.4 invented');
    // Both at once, at two windows: each writes the class's list.
    const agree = (guardian: typeof one.id, on: string) =>
      host.ask('privacy.authorise', { pupil: id, guardian, what: 'image', agrees: true, on });
    await Promise.all([agree(one.id, '2026-10-05'), agree(other.id, '2026-10-06')]);
    expect(await state()).toMatchObject({ may: true, basis: 'paper' });
    expect(await host.ask('privacy.mayPublish', { pupils: [id] })).toEqual({ may: true, stopped: [] });
  });
  it('take no paper from a stranger, of a day to come, or that is a programme', async () => {
    const { id, guardians } = await child();
    const [one] = guardians;
    if (!one) throw new Error('a parent');
    const paper = { pupil: id, guardian: one.id, what: 'image' as const, agrees: true, on: '2026-10-06' };
    await expect(
      host.ask('privacy.authorise', { ...paper, guardian: 'guardian_aaaaaaaaaaaaa' }),
    ).rejects.toThrow(refusal('NOT_FOUND'));
    await expect(host.ask('privacy.authorise', { ...paper, on: '2999-01-01' })).rejects.toThrow(
      refusal('BAD_INPUT'),
    );
    const scan = await put('x.exe', Buffer.from('MZ'), 'application/x-msdownload');
    await expect(host.ask('privacy.authorise', { ...paper, scan })).rejects.toThrow(refusal('FILE_REFUSED'));
    await expect(host.ask('privacy.authorise', { ...paper, scan: 'nothing' })).rejects.toThrow(
      refusal('NOT_FOUND'),
    );
  });
});

describe('a request', () => {
  it('is answered within a month, to who was recognised, without the other parent’s data', async () => {
    const { id, guardians } = await child();
    const [one, other] = guardians;
    if (!one || !other) throw new Error('two parents');
    const { people } = await host.ask('privacy.findPerson', { query: one.name });
    expect(people.map((person) => person.id)).toContain(one.id);
    const asked = { kind: 'access' as const, person: id, askedBy: one.id, receivedOn: '2026-11-02' };
    const unknown = await host.ask('privacy.openRequest', { ...asked, identity: 'none' });
    await expect(host.ask('privacy.personFile', { request: unknown.id })).rejects.toThrow(
      refusal('IDENTITY_UNCHECKED'),
    );
    // Seen later: the month goes on from the day it was asked.
    await host.ask('privacy.requestStep', { request: unknown.id, step: 'identityDocument' });
    const later = await host.ask('privacy.personFile', { request: unknown.id });
    expect(later.items.length).toBeGreaterThan(0);
    const { id: request } = await host.ask('privacy.openRequest', { ...asked, identity: 'document' });
    const file = await host.ask('privacy.personFile', { request });
    expect(file.items.map(({ type }) => type)).toEqual(expect.arrayContaining(['pupil', 'pupilFile']));
    expect(file.elsewhere).toContain('perso');

    const { download } = await host.ask('privacy.exportPerson', {
      request,
      words: { directory: '<script>alert(1)</script>' },
    });
    const archive = unzipSync(await fetched(download));
    const manifest = JSON.parse(strFromU8(archive['MANIFEST.json'] ?? new Uint8Array())) as {
      objects: { path: string }[];
    };
    expect(manifest).toMatchObject({ format: 'preau-personne', version: '1.0.0' });
    for (const { path } of manifest.objects) expect(archive[path], path).toBeDefined();
    const everything = Object.values(archive)
      .map((bytes) => strFromU8(bytes))
      .join('\n');
    expect(everything).not.toContain(other.id);
    expect(everything).not.toContain('<script>');
    expect(everything).toContain('&lt;script&gt;');

    const journal = await host.ask('privacy.requests', {});
    const mine = journal.requests.find((one) => one.id === request);
    expect(mine).toMatchObject({ answerBy: '2026-12-02', closed: false, late: false });
    expect(mine?.steps.map(({ step }) => step)).toEqual(['exported']);
    await host.ask('privacy.requestStep', { request, step: 'answered', note: 'Remis en main propre.' });
    expect((await host.ask('privacy.requests', {})).requests.find((one) => one.id === request)).toMatchObject(
      { closed: true },
    );
  });
  it('of erasure ends what the law lets, says why the rest stays, and it does not come back', async () => {
    const { id, guardians } = await child();
    const [one] = guardians;
    const { id: request } = await host.ask('privacy.openRequest', {
      kind: 'erasure',
      person: id,
      receivedOn: '2026-11-02',
      identity: 'known',
      ...(one ? { askedBy: one.id } : {}),
    });
    const before = await host.ask('privacy.erasure', { request });
    expect(before.lines.find(({ type }) => type === 'pupil')).toMatchObject({
      erased: false,
      fate: 'register',
    });
    expect(before.lines.find(({ type }) => type === 'pupilFile')).toMatchObject({
      erased: false,
      fate: 'mission',
    });
    // Gone from the school: nothing needs the birth date any more.
    await host.ask('people.removePupil', { pupil: id });
    const { erased } = await host.ask('privacy.erase', { request });
    expect(erased).toBeGreaterThan(0);
    const after = await host.ask('privacy.personFile', { request });
    expect(after.items.map(({ type }) => type)).not.toContain('pupilFile');
    expect((await host.ask('privacy.erasure', { request })).lines.some((line) => line.erased)).toBe(false);
    const { id: access } = await host.ask('privacy.openRequest', {
      kind: 'access',
      person: id,
      receivedOn: '2026-11-02',
      identity: 'known',
    });
    await expect(host.ask('privacy.erase', { request: access })).rejects.toThrow(refusal('BAD_INPUT'));
  });
});

describe('a breach', () => {
  it('has its 72 hours, and says why nobody was told', async () => {
    const knownAt = new Date(Date.now() - 80 * 3_600_000).toISOString();
    const { id } = await host.ask('privacy.openBreach', {
      kind: 'confidentiality',
      title: 'Ordinateur volé',
      what: '=cmd|calc!A1',
      knownAt,
      concerned: 'Une classe',
      consequences: '',
    });
    const of = async () => (await host.ask('privacy.breaches', {})).breaches.find((one) => one.id === id);
    expect(await of()).toMatchObject({ clock: { state: 'late' }, closed: false });
    await host.ask('privacy.breachStep', { breach: id, step: 'notNotified', note: 'Le disque est chiffré.' });
    expect(await of()).toMatchObject({ clock: { state: 'done' } });
    await expect(host.ask('privacy.breachStep', { breach: id, step: 'measure', note: '  ' })).rejects.toThrow(
      refusal('BAD_INPUT'),
    );
    await expect(
      host.ask('privacy.openBreach', {
        kind: 'integrity',
        title: 'x',
        what: '',
        knownAt: '2999-01-01T00:00:00.000Z',
        concerned: '',
        consequences: '',
      }),
    ).rejects.toThrow(refusal('BAD_INPUT'));
  });
});

describe('who looked at what', () => {
  it('is not for the head, and the refusal itself is written down', async () => {
    await expect(host.ask('privacy.traces', {})).rejects.toThrow(refusal('FORBIDDEN'));
    await expect(host.ask('privacy.exportTraces', { words: {} })).rejects.toThrow(refusal('FORBIDDEN'));
    const { person, password } = await host.ask('rights.delegate', {
      person: { kind: 'new', first: 'Ada', family: 'Tech' },
      role: 'administrator',
      classes: [],
      groups: [],
      from: { date: '2026-09-01', time: '08:00' },
    });
    const given = password?.password ?? '';
    await host.ask('session.signIn', { who: person, password: given }, 'admin');
    await host.ask('people.changePassword', { current: given, next: 'horloge-marron-52' }, 'admin');
    await readCharter(host.host, 'admin');
    const { entries } = await host.ask('privacy.traces', {}, 'admin');
    const refused = entries.filter((entry) => entry.do === 'right.refused' && entry.by === head);
    expect(refused.map(({ on }) => on.join())).toEqual(
      expect.arrayContaining([expect.stringContaining('privacy.traces')]),
    );
  });
});
