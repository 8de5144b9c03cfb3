import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicKey, randomBytes, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opaque } from '../../../src/domain/id';
import { createSchoolRoot, signIntermediate } from '../../../src/main/devices/ca';
import { createPosteDoor } from '../../../src/main/devices/poste-door';
import type { PosteCertificates } from '../../../src/main/devices/certificates';
import { silentLogger } from '../../../src/main/log/logger';
import type { AudienceDatabase } from '../../../src/store/port';
import { FileKeyring } from '../../../src/store/keyring';
import { PouchStore } from '../../../src/store/pouch-store';

/** Two postes of a school over two real stores; documents are carried as the exchange does, by revisions. */
let folder: string;
let head: { store: PouchStore; parc: AudienceDatabase };
let teacher: { store: PouchStore; parc: AudienceDatabase };
const key = randomBytes(32);
const secret = new Uint8Array(32).fill(7);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preau-certificates-'));
  const open = async (name: string) => {
    const keyring = await FileKeyring.open({
      path: join(folder, `${name}.json`),
      machineSecret: randomBytes(32),
    });
    await keyring.add('parc', key);
    const store = new PouchStore({ folder: join(folder, name), keyring });
    return { store, parc: await store.open('parc') };
  };
  head = await open('head');
  teacher = await open('teacher');
});
afterEach(async () => {
  await head.store.close();
  await teacher.store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function carry(from: AudienceDatabase, to: AudienceDatabase): Promise<void> {
  await to.apply((await from.changesSince(0, 1000)).map((change) => change.record));
}

function poste(name: 'head' | 'teacher', parc: AudienceDatabase, opened: (held: PosteCertificates) => void) {
  return createPosteDoor({
    deps: {
      parc,
      folder: join(folder, name, 'devices'),
      posteKey: new Uint8Array(32).fill(name.length),
      posteId: `poste_${name}`,
      schoolId: 'school_x',
      clock: Date.now,
      newId: () => opaque(randomBytes(9)),
    },
    rootSecret: () => (name === 'head' ? secret : undefined),
    knows: (id) => id === 'poste_teacher',
    open: (held) => Promise.resolve(opened(held)),
    log: silentLogger,
  });
}

describe('the certificate of a poste that cannot open the school’s root', () => {
  it('is asked for once, signed by a head’s poste at their exchange, and chains to the school’s root', async () => {
    const opened: { head?: PosteCertificates; teacher?: PosteCertificates } = {};
    const heads = poste('head', head.parc, (held) => (opened.head = held));
    await heads.ready();
    expect(opened.head).toBeDefined();
    await carry(head.parc, teacher.parc);

    const teachers = poste('teacher', teacher.parc, (held) => (opened.teacher = held));
    await teachers.ready();
    await teachers.ready();
    expect(opened.teacher).toBeUndefined();
    expect(teacher.parc.all('posteCertificateRequest')).toHaveLength(1);

    await carry(teacher.parc, head.parc);
    await heads.ready();
    await carry(head.parc, teacher.parc);
    await teachers.ready();
    expect(opened.teacher?.host).toMatch(/^preau-.*\.local$/);
    const [, intermediate] = opened.teacher?.issue(['127.0.0.1']).cert.split(/(?=-----BEGIN)/) ?? [];
    const root = new X509Certificate(opened.teacher?.root ?? '');
    expect(new X509Certificate(intermediate ?? '').verify(root.publicKey)).toBe(true);
    heads.close();
    teachers.close();
  });

  it('comes all the same behind a request that holds no key, and is taken from no other authority', async () => {
    const opened: { teacher?: PosteCertificates } = {};
    const heads = poste('head', head.parc, () => undefined);
    await heads.ready();
    const nonsense = { type: 'posteCertificateRequest', v: 1, poste: 'poste_teacher', publicKey: 'AA==' };
    await head.parc.put({ _id: 'event_aaaaaaaaaaaaa', ...nonsense });
    await carry(head.parc, teacher.parc);
    const teachers = poste('teacher', teacher.parc, (held) => (opened.teacher = held));
    // Its own request stands behind: the nonsense bears its name as well.
    await teachers.ready();

    const [request] = teacher.parc
      .all('posteCertificateRequest')
      .filter(({ body }) => body['publicKey'] !== 'AA==');
    const publicKey = createPublicKey({
      key: Buffer.from(String(request?.body['publicKey']), 'base64'),
      format: 'der',
      type: 'spki',
    });
    const other = createSchoolRoot('school_y', Date.now());
    await teacher.parc.put({
      _id: 'event_aaaaaaaaaaaab',
      type: 'posteCertificate',
      v: 1,
      poste: 'poste_teacher',
      request: 'event_aaaaaaaaaaaac',
      certificate: signIntermediate(other, 'school_x', 'poste_teacher', publicKey, Date.now()),
    });
    await teachers.ready();
    expect(opened.teacher).toBeUndefined();

    await carry(teacher.parc, head.parc);
    await heads.ready();
    await carry(head.parc, teacher.parc);
    await teachers.ready();
    expect(opened.teacher?.host).toMatch(/^preau-.*\.local$/);
    heads.close();
    teachers.close();
  });

  it('is not given to a poste that the school does not know', async () => {
    const heads = poste('head', head.parc, () => undefined);
    await heads.ready();
    await head.parc.put({
      _id: `event_${opaque(randomBytes(9))}`,
      type: 'posteCertificateRequest',
      v: 1,
      poste: 'poste_stranger',
      publicKey: 'AA==',
    });
    await heads.ready();
    expect(head.parc.all('posteCertificate')).toHaveLength(0);
    heads.close();
  });
});
