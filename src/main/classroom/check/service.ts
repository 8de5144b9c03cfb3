import { causeOf, posteClock, type Cause, type PosteFacts, type Seen } from '../../../domain/lesson/check';
import type { SeatKey } from '../../../domain/lesson/model';
import { seatsInOrder } from '../../../domain/lesson/seats';
import type { Actor } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import { instant } from '../../../domain/time';
import type { InputOf } from '../../../contract/define';
import { PIECE } from '../../../contract/pupil/check';
import type { PupilContract } from '../../../contract/pupil';
import type { CheckView } from '../../../contract/staff/check';
import type { LessonDocument } from '../documents';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { answersItself, networkProfile, networksOf, reachable, systemOf } from './poste-facts';

type Report = InputOf<PupilContract, 'check.report'>;
/** What the door noticed of an address that is not (yet) a device. */
export interface Noticed {
  readonly refusedCertificate?: boolean;
  readonly oldBrowser?: boolean;
  /** Device minus poste, ms. */
  readonly clockOff?: number;
}

/** « Vérifier ma salle »: with or without a lesson, the poste and each device look at the way between them from both ends. */
export interface Check extends LessonTool {
  run(actor: Actor): Promise<CheckView>;
  ask(
    actor: Actor,
    of: { readonly seen: Seen; readonly address?: string | undefined },
  ): Promise<{ cause: Cause }>;
  /** The door met somebody at that address. */
  notice(address: string, noticed: Noticed): void;
  piece(): { text: string };
  ping(): { now: number };
  report(key: SeatKey, report: Report): void;
}

/** Addresses remembered; who knocks a thousand times under as many names forgets its own first. */
const MOST = 200;
/** ms; older than that, what was noticed is another day's. */
const FRESH = 15 * 60_000;
const GATHER = 200;
/** ms; five questions and four pieces take a slow tablet two seconds. */
const ANSWER = 12_000;

export function createCheck({ deps, live }: ToolContext): Check {
  const { platform, timers, links } = deps;
  const { clock } = platform;
  const noticed = new Map<string, Noticed & { readonly at: number }>();
  const reports = new Map<SeatKey, Report & { readonly off: number }>();
  const asked = new Set<SeatKey>();
  /** Asked, and given up on. */
  const untested = new Set<SeatKey>();
  let cancelWait: (() => void) | undefined;
  let poste: CheckView['poste'] | undefined;
  let checker: string | undefined;
  let cancel: (() => void) | undefined;
  const text = 'préau'.repeat(PIECE / 5);

  const fresh = () => [...noticed].filter(([, { at }]) => clock() - at < FRESH);
  const isSelf = (address: string): boolean =>
    /^(127\.|::1)/.test(address) || (poste?.addresses.includes(address) ?? false);
  const heardAnybody = (): boolean =>
    [...live.devices.values()].some(({ link }) => link.address !== undefined) ||
    fresh().some(([address]) => !isSelf(address));
  /** Without a lesson nobody knows which cart is meant: said where every point is off and nobody was heard. */
  const pointOff = (): boolean =>
    live.lesson?.cartId
      ? (deps.point?.dark(live.lesson.cartId) ?? false)
      : !live.lesson && !heardAnybody() && (deps.point?.dark(undefined) ?? false);
  function facts(found: CheckView['poste']): PosteFacts {
    return {
      pointOff: pointOff(),
      networks: networksOf(found.addresses),
      answers: found.answers,
      clock: found.clock,
      system: found.system,
      profile: found.profile,
      heardAnybody: heardAnybody(),
    };
  }
  function view(found: CheckView['poste']): CheckView {
    const known = facts(found);
    const seats = live.lesson ? seatsInOrder(live.lesson) : [];
    const keys = new Set<SeatKey>([...seats.map(({ key }) => key), ...live.devices.keys()]);
    const here = [...keys].map((key) => {
      const present = live.devices.get(key);
      const report = reports.get(key);
      const silent = seats.find((seat) => seat.key === key)?.presence === 'silent';
      const address = present?.link.address;
      const told = {
        ...(address !== undefined && { address }),
        ...(report && { roundTrip: report.roundTrip, kbit: report.kbit, clockOff: report.off }),
      };
      const device = { here: present !== undefined && !silent, ...told };
      return {
        seat: key,
        label: present?.label ?? seats.find((seat) => seat.key === key)?.label ?? '',
        ...told,
        // Behind one address a whole class may stand: where a device is, it is not compared with ours while it is here.
        cause: causeOf(known, device),
        testing: asked.has(key) && present !== undefined,
        untested: untested.has(key),
      };
    });
    const inside = new Set([...live.devices.values()].map(({ link }) => link.address));
    const others = fresh()
      .filter(
        ([address, what]) =>
          !inside.has(address) && (what.refusedCertificate ?? what.oldBrowser ?? what.clockOff) !== undefined,
      )
      .map(([address, { refusedCertificate, oldBrowser, clockOff }]) => ({
        label: address,
        address,
        ...(clockOff !== undefined && { clockOff }),
        cause: causeOf(known, { here: false, address, refusedCertificate, oldBrowser, clockOff }),
        testing: false,
        untested: false,
      }))
      .filter(({ cause }) => cause !== 'asleep');
    return {
      at: instant(clock()),
      poste: { ...found, heardAnybody: known.heardAnybody },
      devices: [...here, ...others],
    };
  }
  function changed(): void {
    if (!poste || checker === undefined) return;
    cancel ??= timers.after(GATHER, () => {
      cancel = undefined;
      if (poste)
        platform.publish(
          'check.changed',
          view(poste),
          (actor) => actor.kind === 'staff' && actor.personId === checker,
        );
    });
  }
  async function look(): Promise<CheckView['poste']> {
    const url = links.url();
    const { hostname, port } = url === undefined ? { hostname: '', port: '' } : new URL(url);
    const all = deps.door?.addresses() ?? (hostname ? [hostname] : []);
    const parc = await deps.databases.withoutClass();
    const written = [
      ...(live.store?.database.all<LessonDocument>('lesson') ?? []),
      ...parc.all<LessonDocument>('lesson'),
    ];
    const newest = Math.max(0, ...written.map(({ body }) => Date.parse(body.openedAt)));
    const root = deps.door?.root();
    return {
      addresses: [...all],
      answers: url !== undefined && root !== undefined && (await answersItself(url, root)),
      portMoved: deps.door !== undefined && deps.door.wanted() !== 0 && deps.door.wanted() !== Number(port),
      ...(port && { port: Number(port) }),
      clock: posteClock(
        clock(),
        newest,
        [...reports.values()].map(({ off }) => off),
      ),
      system: systemOf(process.platform),
      ...((await networkProfile(process.platform).then((profile) => profile && { profile })) ?? {}),
      heardAnybody: heardAnybody(),
    };
  }

  return {
    async run(actor) {
      demand(actor, 'lesson.open');
      checker = actor.kind === 'staff' ? actor.personId : undefined;
      reports.clear();
      asked.clear();
      untested.clear();
      for (const [key, { link }] of live.devices) {
        if (key.startsWith('visitor-')) continue;
        asked.add(key);
        link.send('check.run', {});
      }
      cancelWait?.();
      cancelWait = timers.after(ANSWER, () => {
        for (const key of asked) untested.add(key);
        asked.clear();
        changed();
      });
      poste = await look();
      return view(poste);
    },
    async ask(actor, { seen, address }) {
      demand(actor, 'lesson.open');
      poste ??= await look();
      const answers = address === undefined ? undefined : await reachable(address);
      const met = address === undefined ? undefined : noticed.get(address);
      return {
        cause: causeOf(facts(poste), {
          here: false,
          seen,
          address,
          reachable: answers,
          ...(met &&
            clock() - met.at < FRESH && {
              clockOff: met.clockOff,
              refusedCertificate: met.refusedCertificate,
            }),
        }),
      };
    },
    notice(address, what) {
      const before = noticed.get(address);
      noticed.delete(address);
      if (noticed.size >= MOST) noticed.delete(noticed.keys().next().value ?? '');
      noticed.set(address, { ...before, ...what, at: clock() });
      changed();
    },
    piece: () => ({ text }),
    ping: () => ({ now: clock() }),
    report(key, report) {
      asked.delete(key);
      untested.delete(key);
      reports.set(key, { ...report, off: Math.round(report.clock - clock()) });
      if (poste)
        poste = {
          ...poste,
          clock:
            posteClock(
              clock(),
              0,
              [...reports.values()].map(({ off }) => off),
            ) === 'wrong'
              ? 'wrong'
              : poste.clock,
        };
      changed();
    },
    entered: changed,
    left(seat) {
      reports.delete(seat);
      asked.delete(seat);
      changed();
    },
    close() {
      cancel?.();
      cancelWait?.();
    },
  };
}
