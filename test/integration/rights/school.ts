import { onTestFinished } from 'vitest';
import type { InputOf, MethodOf, ReplyOf } from '../../../src/contract/define';
import type { StaffContract } from '../../../src/contract/staff';
import type { RightsOrder } from '../../../src/contract/staff/rights';
import type { Id } from '../../../src/domain/id';
import { until, workshop, type TestHost } from '../host/hosts';

export const HEAD_PASSWORD = 'le chat dort sous le préau';
const OWN_PASSWORD = 'une marelle à la craie bleue';
/** Monday, 23 November 2026, 7:00 in Paris. */
export const MONDAY = Date.UTC(2026, 10, 23, 6);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Ask = <M extends MethodOf<StaffContract>>(
  method: M,
  input: InputOf<StaffContract, M>,
) => Promise<ReplyOf<StaffContract, M>>;

/** A school of whole hosts whose one clock the test moves; its head's office, and people at their own windows. */
export async function rightsSchool(
  atEnd: (work: () => Promise<void> | void) => void = onTestFinished,
  options: { readonly pupilFolder?: string } = {},
) {
  const shop = workshop(options);
  atEnd(() => shop.end());
  const clock = { now: MONDAY };
  const hosts = new Map<string, TestHost>();
  const open = async (name: string): Promise<TestHost> => {
    const host = await shop.open(name, {
      clock: () => clock.now,
      near: () => [...hosts].flatMap(([other, one]) => (other === name ? [] : [one])),
    });
    hosts.set(name, host);
    return host;
  };
  const office = await open('office');
  const window =
    (name: string, host = 'office'): Ask =>
    (method, input) => {
      const found = hosts.get(host);
      if (!found) throw new Error(`no computer ${host}`);
      return found.ask(method, input, name);
    };
  const head = window('head');
  const { state } = await head('school.create', {
    name: 'École des Marronniers',
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { first: 'Hélène', family: 'Aubry', password: HEAD_PASSWORD },
  });
  const hélène = state.signedIn?.id;
  if (!hélène) throw new Error('no head');
  const { id: cm1 } = await head('people.addClass', { label: 'CM1', grades: ['CM1'] });
  const { id: cp } = await head('people.addClass', { label: 'CP', grades: ['CP'] });
  const { id: zoé } = await head('people.addPupil', { class: cm1, first: 'Zoé', family: 'Martin' });
  const { id: claire } = await head('people.addStaff', { first: 'Claire', family: 'Roche', classes: [cm1] });
  const { id: marc } = await head('people.addStaff', { first: 'Marc', family: 'Petit', classes: [cp] });

  /** A first sign-in, whole: a password of one's own, the charter. */
  async function enter(name: string, person: Id<'staff'>, password: string, host = 'office'): Promise<Ask> {
    const ask = window(name, host);
    const signed = await ask('session.signIn', { who: person, password });
    if (signed.signedIn?.mustChangePassword)
      await ask('people.changePassword', { current: password, next: OWN_PASSWORD });
    const { signedIn } = await ask('session.state', {});
    if (signedIn?.charter !== undefined) await ask('accounts.acceptCharter', { version: signedIn.charter });
    return ask;
  }
  /** The head's screen has hidden itself: it is opened again. */
  async function unlock(): Promise<void> {
    const { screen } = await head('session.state', {});
    if (screen?.locked) await head('session.unlock', { by: 'password', password: HEAD_PASSWORD });
  }
  async function account(person: Id<'staff'>): Promise<string> {
    const { accounts } = await head('people.createAccounts', { people: [person] });
    const [made] = accounts;
    if (!made) throw new Error('no account');
    return made.password;
  }
  const local = (at: number): { date: string; time: string } => {
    const text = new Date(at + HOUR).toISOString();
    return { date: text.slice(0, 10), time: text.slice(11, 16) };
  };

  return {
    office,
    open,
    hosts,
    clock,
    window,
    head,
    enter,
    unlock,
    account,
    people: { hélène, claire, marc },
    classes: { cm1, cp },
    zoé,
    OWN_PASSWORD,
    /** A replacement of Claire in CM1 by somebody new, from now for four minutes: nobody's screen is hidden in that time. */
    order(change: Partial<RightsOrder> = {}): RightsOrder {
      return {
        person: { kind: 'new', first: 'Sonia', family: 'Lemaire' },
        role: 'substitute',
        classes: [cm1],
        groups: [],
        from: local(clock.now),
        until: local(clock.now + 4 * MINUTE),
        replaces: claire,
        ...change,
      };
    },
    local,
    /** Dates are looked at, as the poste does every minute. */
    async tick(host: TestHost = office): Promise<void> {
      await host.host.rooms()?.rights.tick();
    },
    /** What a window hears from now on. */
    heard(name: string, host: TestHost = office): { name: string; payload: unknown }[] {
      const events: { name: string; payload: unknown }[] = [];
      atEnd(host.host.subscribe(name, (event) => events.push(event)));
      return events;
    },
    /** A laptop of somebody's own, introduced by the head's office. */
    async laptop(name: string, person: Id<'staff'>): Promise<TestHost> {
      const newcomer = await open(name);
      await head('sync.openIntroduction', { person });
      const { host, port } = office.host.rooms()?.exchange.postes.address ?? { host: '', port: 0 };
      await newcomer.ask('joinSchool.begin', { address: `${host}:${port}`, password: OWN_PASSWORD });
      const digits = await until(newcomer, 'joinSchool.changed', async () => {
        const found = await newcomer.ask('joinSchool.state', {});
        if (found.state === 'failed') throw new Error(found.code);
        return found.state === 'digits' ? found.digits : undefined;
      });
      // The head sits at another window than the one that `until` listens to.
      for (;;) {
        const asked = await head('sync.introduction', {});
        if (asked.state === 'asked') break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      await head('sync.confirmIntroduction', { digits });
      await until(newcomer, 'joinSchool.changed', async () => {
        const found = await newcomer.ask('joinSchool.state', {});
        if (found.state === 'failed') throw new Error(found.code);
        return found.state === 'joined' ? true : undefined;
      });
      await newcomer.close();
      return open(name);
    },
  };
}
export type RightsSchool = Awaited<ReturnType<typeof rightsSchool>>;

/** The code a request is refused with; `done` where it was not. */
export async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
