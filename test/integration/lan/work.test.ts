import type { Actor } from '../../../src/domain/rights/actor';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { idFrom, type Id } from '../../../src/domain/id';
import { CLASS, CODE, HEAD, openSchool, pupilId, TEACHER, type TestSchool } from './school';
import { ask } from './https';

const jpeg = (size = 2_000): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(size)]);
const webm = (): Buffer =>
  Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.from('webmA_OPUS'), randomBytes(3_000)]);
const upload = (letter: string): string => letter.repeat(13);
const work = (text: string) => [{ kind: 'text' as const, text }];

async function begin(school: TestSchool) {
  await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
  return school.classroom.send(TEACHER, {
    kind: 'page',
    title: 'Les tables',
    url: 'https://example.org/',
    answer: true,
    to: 'all',
  });
}
async function child(school: TestSchool, label: string, ...pupils: number[]) {
  const device = await school.enrolled(label);
  for (const n of pupils) await device.client.request('join.signIn', { pupil: pupilId(n), code: CODE });
  return device.client;
}
type Client = Awaited<ReturnType<typeof child>>;
const give = (client: Client, item: Id<'item'>, pupils: number[], text: string, unfinished = false) => {
  const order = {
    id: idFrom('handin', randomBytes(9)),
    item,
    pupils: pupils.map(pupilId),
    parts: work(text),
  };
  return client
    .request('lesson.handIn', { ...order, ...(unfinished && { unfinished }) })
    .then((receipt) => ({ ...receipt, id: order.id }));
};
async function put(
  school: TestSchool,
  client: Client,
  name: string,
  bytes: Buffer,
  type: 'image/jpeg' | 'audio/webm',
) {
  const { path } = await client.request('lesson.upload', { upload: name, size: bytes.length, type });
  await ask(school, path, { method: 'PUT', body: bytes });
}

describe('work found again (CARMO #11.17)', () => {
  it('by each of those who shared, on another device, in another lesson, finished or not; by nobody else', async () => {
    const school = await openSchool();
    const item = await begin(school);
    const two = await child(school, 'Tablette 1', 3, 4);
    const done = await give(two, item, [3, 4], 'à deux');
    const begun = await give(await child(school, 'Tablette 2', 0), item, [0], 'je commence', true);
    expect(begun.version).toBe(1);
    await school.classroom.closeLesson(TEACHER);
    await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });

    const noe = await child(school, 'Tablette 3', 3);
    expect((await noe.request('notes.shelf', {})).works).toMatchObject([
      { id: done.id, title: 'Les tables', unfinished: false },
    ]);
    expect((await noe.request('notes.open', { id: done.id })).parts).toEqual(work('à deux'));
    const lea = await child(school, 'Tablette 4', 0);
    expect((await lea.request('notes.shelf', {})).works).toMatchObject([{ id: begun.id, unfinished: true }]);
    await expect(lea.request('notes.open', { id: done.id })).rejects.toThrow('NOT_FOUND');
    // Who sits beside sees what they did together, and nothing of what the other did alone.
    await lea.request('join.signIn', { pupil: pupilId(1), code: CODE });
    expect((await lea.request('notes.shelf', {})).works).toEqual([]);
    await expect(lea.request('notes.open', { id: begun.id })).rejects.toThrow('NOT_FOUND');
  });

  it('goes on from where it was: the next lesson takes the new version, and says that it is late', async () => {
    const school = await openSchool();
    const item = await begin(school);
    const first = await child(school, 'Tablette 1', 0);
    await give(first, item, [0], 'je commence', true);
    await school.classroom.closeLesson(TEACHER);
    await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
    await first.request('join.signIn', { pupil: pupilId(0), code: CODE });
    const late = await give(first, item, [0], 'et je finis');
    expect(late).toMatchObject({ version: 1, late: true });
    const list = await school.classroom.work.list(TEACHER, { class: CLASS });
    expect(list.map((one) => [one.version, one.late ?? false, one.unfinished ?? false])).toEqual([
      [1, true, false],
      [1, false, true],
    ]);
    // Somebody who is not signed in by that name cannot.
    await expect(give(first, item, [2], 'pas moi')).rejects.toThrow('FORBIDDEN');
    await expect(give(first, 'item_aaaaaaaaaaaaa', [0], 'rien')).rejects.toThrow('NOT_FOUND');
  });

  it('of a lesson without a class is still its teacher’s once that is over, and no colleague’s', async () => {
    const school = await openSchool();
    const { work } = school.classroom;
    await school.classroom.open(TEACHER, { mode: 'numbered' });
    const page = {
      kind: 'page',
      title: 'À trous',
      url: 'https://example.org/',
      answer: true,
      to: 'all',
    } as const;
    const item = await school.classroom.send(TEACHER, page);
    const tablet = await child(school, 'Tablette 7');
    await tablet.request('join.takeSeat', {});
    const { id } = await give(tablet, item, [], 'fini');
    await school.classroom.closeLesson(TEACHER);
    expect(await work.list(TEACHER, {})).toMatchObject([{ id, authors: ['Tablette 7'] }]);
    expect((await work.detail(TEACHER, 'window', id, undefined)).parts).toEqual([
      { kind: 'text', text: 'fini' },
    ]);
    expect(await work.export(TEACHER, 'window', item, undefined)).toMatchObject({ works: 1 });
    expect(await work.list(HEAD, {})).toEqual([]);
    await expect(work.detail(HEAD, 'window', id, undefined)).rejects.toThrow('NOT_FOUND');
    await expect(work.export(HEAD, 'window', item, undefined)).rejects.toThrow('NOT_FOUND');
    const nobody = { kind: 'staff', personId: 'staff_ccccccccccccc', grants: [] } as const;
    await expect(work.list(nobody, {})).rejects.toThrow('FORBIDDEN');
    // In the next one of hers, that one’s alone.
    await school.classroom.open(TEACHER, { mode: 'numbered' });
    expect(await work.list(TEACHER, {})).toEqual([]);
  });

  it('without a name stays the device’s, whoever sits there the next time, and nobody else’s', async () => {
    const school = await openSchool();
    await school.classroom.open(TEACHER, { class: CLASS, mode: 'numbered' });
    const page = {
      kind: 'page',
      title: 'À trous',
      url: 'https://example.org/',
      answer: true,
      to: 'all',
    } as const;
    const item = await school.classroom.send(TEACHER, page);
    const tablet = await child(school, 'Tablette 7');
    await tablet.request('join.takeSeat', {});
    await school.classroom.closeLesson(TEACHER);
    await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
    // The line was cut at the end; Léa has that tablet now, and it is not her work.
    await tablet.request('join.signIn', { pupil: pupilId(0), code: CODE });
    const { id, version } = await give(tablet, item, [], 'rendu trop tard');
    expect(version).toBe(1);
    const { summary } = await school.classroom.work.detail(TEACHER, 'window', id, CLASS);
    expect(summary).toMatchObject({ authors: ['Tablette 7'], late: true });
    expect((await tablet.request('notes.shelf', {})).works).toEqual([]);
    // A device that was not there answers nothing of that lesson.
    const stranger = await child(school, 'Tablette 8', 1);
    await expect(give(stranger, item, [], 'moi aussi')).rejects.toThrow('NOT_FOUND');
  });

  it('under tickets that end when another child sits down', async () => {
    const school = await openSchool();
    const item = await begin(school);
    const client = await child(school, 'Tablette 1', 0);
    const photo = jpeg();
    await put(school, client, upload('b'), photo, 'image/jpeg');
    const id = idFrom('handin', randomBytes(9));
    const parts = [{ kind: 'file' as const, upload: upload('b'), name: '../../cahier\u202e.jpg.exe' }];
    await client.request('lesson.handIn', { id, item, pupils: [pupilId(0)], parts });
    const opened = await client.request('notes.open', { id });
    const file = opened.files[upload('b')];
    expect(file).toMatchObject({ name: 'cahier .jpg.jpg', type: 'image/jpeg', size: photo.length });
    const bytes = await ask(school, file?.url ?? '');
    expect(bytes !== 'cut' && bytes.body.equals(photo)).toBe(true);
    await client.request('join.leave', {});
    await client.request('join.signIn', { pupil: pupilId(1), code: CODE });
    expect(await ask(school, file?.url ?? '')).toMatchObject({ status: 404 });
  });
});

describe('comments on work (CARMO #9.16)', () => {
  it('are the teacher’s own document, given back at once or next time; « à reprendre » is not late', async () => {
    const uploads = new Map();
    const school = await openSchool({ uploads });
    const item = await begin(school);
    const client = await child(school, 'Tablette 1', 0);
    const { id } = await give(client, item, [0], 'trois fois sept : 20');
    const place = { handIn: id };
    const { notes } = school.classroom.tools;
    expect(await notes.open(TEACHER, 'w', place)).toBeUndefined();
    expect((await school.classroom.work.list(TEACHER, {}))[0]).toMatchObject({ seen: true });
    const voice = await school.files.store(Readable.from([webm()]));
    uploads.set('voice', { ...voice, name: 'x', type: 'image/png' });
    const drawings = [
      {
        kind: 'drawing' as const,
        page: 1,
        strokes: [{ colour: 'red' as const, width: 3, points: [[1, 1] as [number, number]] }],
      },
    ];
    const order = { ...place, text: 'Compte encore.', drawings, voice: { upload: 'voice' }, again: true };
    await notes.save(TEACHER, 'w', { ...order, give: false });
    expect((await client.request('notes.shelf', {})).works[0]).not.toHaveProperty('note');
    await notes.save(TEACHER, 'w', { ...order, voice: 'keep', give: true });
    expect(await client.next('notes.returned')).toEqual({ id, title: 'Les tables', again: true });
    const back = await client.request('notes.open', { id });
    expect(back).toMatchObject({
      parts: work('trois fois sept : 20'),
      note: { text: 'Compte encore.', again: true, voice: { type: 'audio/webm' } },
    });
    expect(await ask(school, back.note?.voice?.url ?? '')).toMatchObject({ status: 200 });
    await school.classroom.sending.close(TEACHER, item);
    expect(await give(client, item, [0], '21')).toMatchObject({ version: 2 });
    expect((await give(client, item, [0], '21')).late).toBeUndefined();
    const hugo = await child(school, 'Tablette 2', 1);
    expect((await give(hugo, item, [1], 'après')).late).toBe(true);
    await notes.takeBack(TEACHER, place);
    expect((await client.request('notes.open', { id })).note).toBeUndefined();
  });

  it('hold what they are said to hold, and are not another class’s to write', async () => {
    const uploads = new Map();
    const school = await openSchool({ uploads });
    const item = await begin(school);
    const { id } = await give(await child(school, 'Tablette 1', 0), item, [0], 'moi');
    const { notes } = school.classroom.tools;
    const picture = await school.files.store(Readable.from([jpeg()]));
    uploads.set('voice', { ...picture, name: 'voix.webm', type: 'audio/webm' });
    const order = { handIn: id, text: '', drawings: [], again: false, give: true };
    await expect(notes.save(TEACHER, 'w', { ...order, voice: { upload: 'voice' } })).rejects.toThrow(
      'FILE_REFUSED',
    );
    const stranger: Actor = { kind: 'staff', personId: 'staff_ccccccccccccc', grants: [] };
    await expect(notes.save(stranger, 'w', { ...order, voice: 'none' })).rejects.toThrow('FORBIDDEN');
    await expect(notes.open(stranger, 'w', order)).rejects.toThrow('FORBIDDEN');
  });
});

describe('« Ramasser »', () => {
  it('waits for who is there, counts what came, and names who did not answer', async () => {
    const school = await openSchool();
    const item = await begin(school);
    const lea = await child(school, 'Tablette 1', 0);
    const hugo = await child(school, 'Tablette 2', 1);
    const asleep = await child(school, 'Tablette 3', 2);
    const liar = await child(school, 'Tablette 4', 3);
    for (const [client, n] of [
      [lea, 0],
      [hugo, 1],
    ] as const)
      client.on('lesson.collect', ({ collect }) => {
        void give(client, item, [n], 'en cours', true).then(() =>
          client.request('lesson.collected', { collect, works: 1 }),
        );
      });
    liar.on('lesson.collect', ({ collect }) => {
      for (let n = 0; n < 5; n += 1) void liar.request('lesson.collected', { collect, works: 200 });
    });
    asleep.on('lesson.collect', () => asleep.socket.terminate());
    const found = await school.classroom.collect(TEACHER);
    expect(found).toMatchObject({ asked: 4, answered: 3, silent: [expect.stringMatching(/^device_/)] });
    // What a device claims is counted once, and never more than it could have.
    expect(found.works).toBe(202);
    const list = await school.classroom.work.list(TEACHER, {});
    expect(list.map((one) => [one.authors[0], one.unfinished]).sort()).toEqual([
      ['Hugo', true],
      ['Léa', true],
    ]);
  });

  it('is one ZIP with names a person reads, the last finished version of each', async () => {
    const school = await openSchool();
    const item = await begin(school);
    const client = await child(school, 'Tablette 1', 0);
    const other = await child(school, 'Tablette 2', 3, 4);
    await give(client, item, [0], 'un');
    await give(client, item, [0], 'deux');
    await give(client, item, [0], 'et encore', true);
    const photo = jpeg();
    await put(school, other, upload('c'), photo, 'image/jpeg');
    const parts = [{ kind: 'file' as const, upload: upload('c'), name: 'photo-1.jpg' }, ...work('à deux')];
    const order = { id: idFrom('handin', randomBytes(9)), item, pupils: [pupilId(3), pupilId(4)], parts };
    await other.request('lesson.handIn', order);
    const zip = await school.classroom.work.export(TEACHER, 'w', item, CLASS);
    expect(zip).toMatchObject({ name: 'Les tables.zip', works: 2 });
    const chunks: Buffer[] = [];
    for await (const chunk of (await school.offers.at(-1)?.open()) ?? []) chunks.push(chunk as Buffer);
    const files = unzipSync(Buffer.concat(chunks));
    expect(Object.keys(files).sort()).toEqual([
      'Les tables/Léa - v2 - texte.txt',
      'Les tables/Noé et Zoé - v1 - photo-1.jpg',
      'Les tables/Noé et Zoé - v1 - texte.txt',
    ]);
    expect(Buffer.from(files['Les tables/Léa - v2 - texte.txt'] ?? []).toString()).toBe('\uFEFFdeux\n');
    expect(Buffer.from(files['Les tables/Noé et Zoé - v1 - photo-1.jpg'] ?? []).equals(photo)).toBe(true);
  });
});

describe('pictures that leave for the class', () => {
  const refusing = (_: unknown, pupils: readonly string[]) => {
    const stopped = pupils.includes(pupilId(1)) ? [{ name: 'Hugo Martin' }] : [];
    return Promise.resolve({ may: stopped.length === 0, stopped });
  };
  it('ask who is on them: unanswered or refused, nothing is sent; sent again, the families are asked again', async () => {
    const uploads = new Map();
    const asked: string[][] = [];
    let open = true;
    const school = await openSchool({
      uploads,
      mayPublish: (actor, pupils) => {
        asked.push([...pupils]);
        return open ? Promise.resolve({ may: true, stopped: [] }) : refusing(actor, pupils);
      },
    });
    await begin(school);
    const photo = jpeg();
    const stored = await school.files.store(Readable.from([photo]));
    // A window that says its photo is a PDF is not believed.
    uploads.set('photo', { ...stored, name: 'sortie.pdf', type: 'application/pdf' });
    const order = { upload: 'photo', title: 'La sortie', answer: false, to: 'all' } as const;
    const { sending } = school.classroom;
    expect(await sending.look(TEACHER, 'w', 'photo')).toEqual({ kind: 'image', asksWho: true });
    await expect(sending.file(TEACHER, 'w', order)).rejects.toThrow('BAD_INPUT');
    open = false;
    await expect(
      sending.file(TEACHER, 'w', { ...order, shows: [pupilId(0), pupilId(1)] }),
    ).rejects.toMatchObject({ code: 'IMAGE_REFUSED', params: { names: 'Hugo Martin', count: 1 } });
    expect(school.classroom.state(TEACHER).lesson?.items).toHaveLength(1);
    open = true;
    const item = await sending.file(TEACHER, 'w', { ...order, shows: [pupilId(1)] });
    await sending.file(TEACHER, 'w', { ...order, shows: [] });
    expect(asked).toEqual([[pupilId(0), pupilId(1)], [pupilId(1)]]);
    open = false;
    await expect(sending.again(TEACHER, { item, answer: false, to: 'all' })).rejects.toThrow('IMAGE_REFUSED');
  });

  it('a pupil’s photo shown to others asks the same question; without the lists, no named child goes', async () => {
    const school = await openSchool();
    const item = await begin(school);
    const client = await child(school, 'Tablette 1', 0);
    await put(school, client, upload('d'), jpeg(), 'image/jpeg');
    const id = idFrom('handin', randomBytes(9));
    const parts = [{ kind: 'file' as const, upload: upload('d'), name: 'moi.jpg' }];
    await client.request('lesson.handIn', { id, item, pupils: [pupilId(0)], parts });
    const order = { id, upload: upload('d'), title: 'Regardez', to: 'all' } as const;
    const { sending } = school.classroom;
    await expect(sending.work(TEACHER, order)).rejects.toThrow('BAD_INPUT');
    await expect(sending.work(TEACHER, { ...order, shows: [pupilId(0)] })).rejects.toThrow('IMAGE_REFUSED');
    await expect(sending.work(TEACHER, { ...order, upload: 'constructor', shows: [] })).rejects.toThrow(
      'NOT_FOUND',
    );
    const sent = await sending.work(TEACHER, { ...order, shows: [] });
    expect((await client.next('lesson.item')).id).toBe(sent);
  });
});

describe('bytes that are not what they say', () => {
  it.each([
    ['a program', Buffer.concat([Buffer.from('MZ'), randomBytes(500)]), 'image/jpeg' as const],
    ['a film said to be a photo', webm(), 'image/jpeg' as const],
    ['a page', Buffer.from('<html><script>alert(1)</script></html>'), 'image/jpeg' as const],
    ['a photo said to be a voice', jpeg(), 'audio/webm' as const],
  ])('%s is refused, and the lesson goes on', async (_name, bytes, type) => {
    const school = await openSchool();
    const item = await begin(school);
    const client = await child(school, 'Tablette 1', 0);
    await put(school, client, upload('e'), bytes, type);
    const parts = [{ kind: 'file' as const, upload: upload('e'), name: 'a' }];
    const order = { id: idFrom('handin', randomBytes(9)), item, pupils: [pupilId(0)], parts };
    await expect(client.request('lesson.handIn', order)).rejects.toThrow('FILE_REFUSED');
    await give(client, item, [0], 'mes mots');
  });

  it('a film, a song, a text and an office document are what their bytes are', async () => {
    const uploads = new Map();
    const school = await openSchool({ uploads });
    await begin(school);
    const client = await child(school, 'Tablette 1', 0);
    const file = async (name: string, bytes: Buffer) => {
      uploads.set('f', { ...(await school.files.store(Readable.from([bytes]))), name, type: '' });
      const order = { upload: 'f', title: name, answer: false, to: 'all' } as const;
      const item = await school.classroom.sending.file(TEACHER, 'w', order);
      let sent = await client.next('lesson.item');
      while (sent.id !== item) sent = await client.next('lesson.item');
      return [sent.kind, sent.type];
    };
    expect(await file('voix.webm', webm())).toEqual(['audio', 'audio/webm']);
    expect(await file('poème.txt', Buffer.from('Le préau'))).toEqual(['text', 'text/plain']);
    await expect(file('jeu.exe', Buffer.from('MZ\x00'))).rejects.toThrow('FILE_REFUSED');
  });
});

describe('a device that lies', () => {
  it('gets nothing of others’ work, takes nobody’s upload, and slows nobody', async () => {
    const school = await openSchool();
    const item = await begin(school);
    const lea = await child(school, 'Tablette 1', 0);
    const thief = await child(school, 'Tablette 2', 1);
    const { id } = await give(lea, item, [0], 'à moi');
    await put(school, lea, upload('f'), jpeg(), 'image/jpeg');

    const order = (parts: unknown[], pupils = [pupilId(1)]) =>
      thief.request('lesson.handIn', { id: idFrom('handin', randomBytes(9)), item, pupils, parts } as never);
    // Another device's upload, another child's name, another's hand-in under its own id.
    await expect(order([{ kind: 'file', upload: upload('f'), name: 'a' }])).rejects.toThrow('UPLOAD_BROKEN');
    await expect(order(work('je suis Léa'), [pupilId(0)])).rejects.toThrow('FORBIDDEN');
    await expect(
      thief.request('lesson.handIn', { id, item, pupils: [pupilId(1)], parts: work('le sien') }),
    ).rejects.toThrow('FORBIDDEN');
    await expect(thief.request('notes.open', { id })).rejects.toThrow('NOT_FOUND');
    await expect(thief.request('notes.open', { id: item as never })).rejects.toThrow('BAD_INPUT');
    await expect(thief.request('notes.shelf', { before: 'hier' as never })).rejects.toThrow('BAD_INPUT');
    await expect(thief.request('lesson.collected', { collect: 'x'.repeat(500), works: 1 })).rejects.toThrow(
      'BAD_INPUT',
    );
    await expect(
      thief.request('lesson.upload', { upload: upload('g'), size: 60 * 1024 ** 2, type: 'video/webm' }),
    ).rejects.toThrow('BAD_INPUT');
    await expect(
      thief.request('lesson.upload', { upload: upload('g'), size: 10, type: 'text/html' as never }),
    ).rejects.toThrow('BAD_INPUT');
    await expect(order(Array.from({ length: 21 }, () => work('x')[0]))).rejects.toThrow('BAD_INPUT');

    // A flood of questions about the shelf ends that line alone.
    const flood = Array.from({ length: 400 }, () => thief.request('notes.shelf', {}).catch(() => undefined));
    const begun = performance.now();
    expect((await lea.request('notes.shelf', {})).works).toHaveLength(1);
    expect(performance.now() - begun).toBeLessThan(2_000);
    await Promise.all(flood);
    expect(await thief.closed).toBe(4004);
    expect((await lea.request('notes.open', { id })).parts).toEqual(work('à moi'));
  });

  it('that is only a visitor, or nobody, is told nothing', async () => {
    const school = await openSchool();
    await begin(school);
    const stranger = await school.connect();
    await stranger.hello();
    await expect(stranger.request('notes.shelf', {})).rejects.toThrow('DEVICE_UNKNOWN');
    const { code } = school.classroom.joinCode(TEACHER);
    await stranger.request('door.visit', { code });
    await stranger.request('join.takeSeat', {});
    await expect(stranger.request('notes.shelf', {})).rejects.toThrow('VISITOR_ONLY');
    await expect(stranger.request('lesson.collected', { collect: 'x', works: 1 })).rejects.toThrow(
      'VISITOR_ONLY',
    );
  });
});
