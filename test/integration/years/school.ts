import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { InputOf, MethodOf, ReplyOf } from '../../../src/contract/define';
import type { StaffContract } from '../../../src/contract/staff';
import type { Id } from '../../../src/domain/id';
import { createBinaryDoor } from '../../../src/main/doors/loopback/binary-door';
import type { Host } from '../../../src/main/host';
import { readCharter } from '../host/hosts';
import { openLoopbackHost } from '../host/loopback-host';

/** A school of whole hosts on loopback whose clocks a test sets: days and years go by in no time. */
export interface YearHost {
  readonly host: Host;
  readonly folder: string;
  ask<M extends MethodOf<StaffContract>>(
    method: M,
    input: InputOf<StaffContract, M>,
  ): Promise<ReplyOf<StaffContract, M>>;
  /** Drops a file into the window. @returns what a request names it by */
  upload(name: string, text: string): Promise<string>;
  /** This computer's own clock, from here on. */
  setDay(day: string): void;
  close(): Promise<void>;
}

export interface YearSchool {
  readonly head: YearHost;
  readonly teacher: YearHost;
  readonly cp: Id<'class'>;
  readonly ce1: Id<'class'>;
  readonly pupils: { readonly zoe: Id<'pupil'>; readonly ali: Id<'pupil'>; readonly eva: Id<'pupil'> };
  readonly paul: Id<'staff'>;
  /** Every clock. */
  setDay(day: string): void;
  /** Whether the teacher's computer reaches the head's. */
  connect(on: boolean): void;
  reopen(which: 'head' | 'teacher'): Promise<void>;
  end(): Promise<void>;
}

export const HEAD_PASSWORD = 'le chat dort sous le préau';
export const TEACHER_PASSWORD = 'une marelle à la craie bleue';

/** A teacher's computer is introduced on the day the school is made, 12 November 2026. */
export async function yearSchool(options: { readonly teacher?: boolean } = {}): Promise<YearSchool> {
  const root = mkdtempSync(join(tmpdir(), 'preau-years-'));
  const clocks = new Map<string, string>();
  const secrets = new Map<string, Buffer>();
  const hosts = new Map<string, YearHost>();
  let day = '2026-11-12';
  let connected = true;

  async function open(name: 'head' | 'teacher'): Promise<YearHost> {
    const secret = secrets.get(name) ?? randomBytes(32);
    secrets.set(name, secret);
    const folder = join(root, name);
    // Noon of the day, going on from when the host was opened, so that no two instants are the same.
    const clock = (): number => Date.parse(`${clocks.get(name) ?? day}T10:00:00Z`) + (Date.now() % 3_600_000);
    const binary = createBinaryDoor(randomBytes);
    const host = await openLoopbackHost({
      folder,
      secret,
      clock,
      binary,
      near: () =>
        connected && name === 'teacher'
          ? [hosts.get('head')?.host.rooms()?.exchange.postes.address].flatMap((one) => one ?? [])
          : [],
    });
    const made: YearHost = {
      host,
      folder,
      async ask(method, input) {
        let reply = await host.request('window', method, input);
        if (!reply.ok && reply.error.code === 'SCREEN_LOCKED') {
          // Months pass here between two requests: the screen has hidden itself.
          const password = name === 'teacher' ? TEACHER_PASSWORD : HEAD_PASSWORD;
          await host.request('window', 'session.unlock', { by: 'password', password });
          reply = await host.request('window', method, input);
        }
        if (reply.ok && method === 'session.signIn') await readCharter(host, 'window');
        if (!reply.ok)
          throw Object.assign(
            new Error(`${method}: ${reply.error.code} ${JSON.stringify(reply.error.params)}`),
            {
              code: reply.error.code,
              params: reply.error.params,
            },
          );
        return reply.value as never;
      },
      upload: (file, text) => binary.area.put('window', file, 'text/csv', Readable.from([Buffer.from(text)])),
      setDay: (next) => void clocks.set(name, next),
      async close() {
        hosts.delete(name);
        await host.close();
      },
    };
    hosts.set(name, made);
    return made;
  }
  const at = (name: 'head' | 'teacher'): YearHost => {
    const found = hosts.get(name);
    if (!found) throw new Error(`${name} is closed`);
    return found;
  };

  const head = await open('head');
  await head.ask('school.create', {
    name: 'École des Marronniers',
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { first: 'Hélène', family: 'Aubry', password: HEAD_PASSWORD },
  });
  const { id: cp } = await head.ask('people.addClass', { label: 'CP', grades: ['CP'] });
  const { id: ce1 } = await head.ask('people.addClass', { label: 'CE1', grades: ['CE1'] });
  const add = async (first: string, of: Id<'class'>): Promise<Id<'pupil'>> =>
    (await head.ask('people.addPupil', { class: of, first, family: 'Martin' })).id;
  const pupils = { zoe: await add('Zoé', cp), ali: await add('Ali', cp), eva: await add('Éva', ce1) };
  const { id: paul } = await head.ask('people.addStaff', { first: 'Paul', family: 'Roche', classes: [cp] });
  if (options.teacher !== false) await introduce();

  async function introduce(): Promise<void> {
    const newcomer = await open('teacher');
    await head.ask('sync.openIntroduction', { person: paul });
    const { host: name, port } = head.host.rooms()?.exchange.postes.address ?? { host: '', port: 0 };
    await newcomer.ask('joinSchool.begin', {
      address: `${name}:${String(port)}`,
      password: TEACHER_PASSWORD,
    });
    const digits = await until(newcomer, 'joinSchool.changed', async () => {
      const state = await newcomer.ask('joinSchool.state', {});
      if (state.state === 'failed') throw new Error(state.code);
      return state.state === 'digits' ? state.digits : undefined;
    });
    await until(head, 'sync.introduction', async () =>
      (await head.ask('sync.introduction', {})).state === 'asked' ? true : undefined,
    );
    await head.ask('sync.confirmIntroduction', { digits });
    await until(newcomer, 'joinSchool.changed', async () => {
      const state = await newcomer.ask('joinSchool.state', {});
      if (state.state === 'failed') throw new Error(state.code);
      return state.state === 'joined' ? true : undefined;
    });
    await newcomer.close();
    await enter('teacher');
  }
  /** Opens a computer again and signs its owner in. */
  async function enter(name: 'head' | 'teacher'): Promise<void> {
    const host = await open(name);
    if (name === 'teacher') await host.ask('session.signIn', { who: paul, password: TEACHER_PASSWORD });
    else {
      const { people } = await host.ask('session.state', {});
      const [first] = people;
      if (first) await host.ask('session.signIn', { who: first.id, password: HEAD_PASSWORD });
    }
  }

  return {
    get head() {
      return at('head');
    },
    get teacher() {
      return at('teacher');
    },
    cp,
    ce1,
    pupils,
    paul,
    setDay(next) {
      day = next;
      clocks.clear();
    },
    connect: (on) => void (connected = on),
    async reopen(which) {
      await at(which).close();
      await enter(which);
    },
    async end() {
      for (const host of [...hosts.values()]) await host.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Waits for a state told by an event or already there; the test's own time-out is the limit. */
function until<T>(host: YearHost, event: string, look: () => Promise<T | undefined>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = host.host.subscribe('window', (message) => {
      if (message.name === event) void check().catch(reject);
    });
    async function check(): Promise<void> {
      const found = await look();
      if (found === undefined) return;
      end();
      resolve(found);
    }
    check().catch(reject);
  });
}

/** Writes a roll call: who is absent, everybody else present. */
export async function rollCall(
  host: YearHost,
  classId: Id<'class'>,
  half: { date: string; half: 'AM' | 'PM' },
  pupils: readonly Id<'pupil'>[],
  absent: readonly Id<'pupil'>[] = [],
): Promise<void> {
  await host.ask('register.write', {
    class: classId,
    half,
    entries: pupils.map((pupil) => ({
      pupil,
      state: absent.includes(pupil) ? ('absent' as const) : ('present' as const),
      replaces: [],
    })),
    complete: true,
  });
}
