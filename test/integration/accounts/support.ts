import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EventMessage } from '../../../src/contract/bridge';
import type { InputOf, MethodOf, ReplyOf } from '../../../src/contract/define';
import type { StaffContract } from '../../../src/contract/staff';
import type { Id } from '../../../src/domain/id';
import type { Timers } from '../../../src/main/cart/timers';
import { createBinaryDoor } from '../../../src/main/doors/loopback/binary-door';
import { openLoopbackHost } from '../host/loopback-host';

/** Monday, 23 November 2026, 8:20 in Paris. */
export const MORNING = Date.UTC(2026, 10, 23, 7, 20);
export const MINUTE = 60_000;
export const HEAD_PASSWORD = 'tilleul-carnet-38';
export const CHOSEN = 'ardoise-mirabelle-7';

/** A clock that moves when it is told to, and what waits for it. */
export function movableTime(at = MORNING) {
  let now = at;
  const waiting = new Set<{ at: number; run: () => void }>();
  const timers: Timers = {
    now: () => now,
    after(ms, run) {
      const entry = { at: now + ms, run };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
  };
  return {
    clock: () => now,
    timers,
    set: (to: number) => void (now = to),
    /** To that moment, through everything that was due before. */
    pass(ms: number) {
      const end = now + ms;
      for (;;) {
        const next = [...waiting].filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        waiting.delete(next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
  };
}
export type MovableTime = ReturnType<typeof movableTime>;

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'preau-accounts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export interface OpenOptions {
  readonly folder?: string;
  readonly time?: MovableTime;
  /** 32 bytes of a keychain; null for a computer without one. */
  readonly secret?: Buffer | null;
  /** Passwords cost what they cost in the product. */
  readonly trueCost?: boolean;
  /** Postes of the school that are near. */
  readonly near?: () => readonly OpenHost[];
}

/** A whole host on loopback, under a clock of one's own, asked through its contract as a window would. */
export async function openHost(options: OpenOptions = {}) {
  const time = options.time ?? movableTime();
  const folder = options.folder ?? temporaryFolder();
  const secret = options.secret === undefined ? Buffer.alloc(32, 5) : options.secret;
  const binary = createBinaryDoor(randomBytes);
  const host = await openLoopbackHost({
    folder,
    secret: secret ?? undefined,
    trueCost: options.trueCost,
    clock: time.clock,
    timers: time.timers,
    binary,
    near: () =>
      (options.near?.() ?? []).flatMap((other) => other.host.rooms()?.exchange.postes.address ?? []),
  });
  let closed = false;
  const close = async (): Promise<void> => {
    if (!closed) await host.close();
    closed = true;
  };
  onTestFinished(close);
  async function ask<M extends MethodOf<StaffContract>>(
    method: M,
    input: InputOf<StaffContract, M>,
    connection = 'window',
  ): Promise<ReplyOf<StaffContract, M>> {
    const reply = await host.request(connection, method, input);
    if (!reply.ok)
      throw Object.assign(new Error(`${method}: ${reply.error.code}`), {
        code: reply.error.code,
        params: reply.error.params,
      });
    return reply.value as never;
  }
  return {
    host,
    folder,
    time,
    binary,
    ask,
    close,
    /** What a window hears from now on. */
    hear(connection = 'window'): EventMessage[] {
      const heard: EventMessage[] = [];
      const end = host.subscribe(connection, (event) => void heard.push(event));
      onTestFinished(end);
      return heard;
    },
    /** The code of a refusal, or `ok`. */
    async answer(method: MethodOf<StaffContract>, input: unknown = {}, connection = 'window') {
      const reply = await host.request(connection, method, input);
      return reply.ok ? 'ok' : reply.error.code;
    },
  };
}
export type OpenHost = Awaited<ReturnType<typeof openHost>>;

/** A school with its head at `window`, a class, and teachers who have chosen their password and read the charter. */
export async function openSchool(options: OpenOptions = {}) {
  const poste = await openHost(options);
  const made = await poste.ask('school.create', {
    name: 'École primaire du Val',
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { first: 'Naïma', family: 'Saint-Cyr', password: HEAD_PASSWORD },
  });
  const head = made.state.signedIn?.id as Id<'staff'>;
  const { id: classId } = await poste.ask('people.addClass', { label: 'CM1', grades: ['CM1'] });
  return {
    ...poste,
    head,
    classId,
    sheet: made.sheet.code,
    /** A teacher of the class with a first password on paper. */
    async newTeacher(first: string, family: string) {
      const { id } = await poste.ask('people.addStaff', { first, family, classes: [classId] });
      const { accounts } = await poste.ask('people.createAccounts', { people: [id] });
      const [account] = accounts;
      if (!account) throw new Error('no account');
      return account;
    },
    /** The same, through the first sign-in: own password, charter. Signed out again. */
    async teacher(first: string, family: string, password = CHOSEN) {
      const account = await this.newTeacher(first, family);
      const at = `desk-${account.id}`;
      await poste.ask('session.signIn', { who: account.id, password: account.password }, at);
      await poste.ask('people.changePassword', { current: account.password, next: password }, at);
      const { version } = await poste.ask('accounts.charter', {}, at);
      await poste.ask('accounts.acceptCharter', { version }, at);
      await poste.ask('session.signOut', {}, at);
      return account.id;
    },
  };
}
