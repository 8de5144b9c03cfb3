import { judgeHost, type InternetMode, type Refusal } from '../../../domain/internet/judge';
import { siteOf } from '../../../domain/internet/sites';
import type { Lesson, SeatKey } from '../../../domain/lesson/model';
import type { Actor } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import type { InternetState } from '../../../contract/staff/internet';
import { isPrivate } from '../../doors/lan/addresses';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { internetFile } from './kept';
import { createSchoolLists, sitesOf, type SchoolLists } from './lists';
import { pacFile } from './pac';
import { openFilterProxy, type FilterProxy } from './proxy';
import { createWays } from './ways';

/** The Internet of a lesson: cut, a list, or open, for as long as the lesson and no longer (CARMO #9.2). */
export interface Internet extends LessonTool {
  state(actor: Actor): InternetState;
  /** @throws PreauError `SITE_UNKNOWN` */
  set(
    actor: Actor,
    order: { readonly mode: InternetMode; readonly sites: readonly string[] },
  ): Promise<InternetState>;
  check(actor: Actor): InternetState;
  readonly lists: () => Promise<SchoolLists>;
  /** What a device reads to find the filter. */
  pac(): string;
  /** A pupil's device asks what is open. */
  mode(): InternetMode;
  /** `address:port` of the filter, while it listens. */
  filter(): string | undefined;
}

/** Names refused in a lesson that are worth showing. */
const MOST_REFUSED = 30;
/** Names remembered as refused; a page of advertising asks for hundreds. */
const HELD_REFUSED = 500;

export function createInternet({ deps, live, announcer, conducted }: ToolContext): Internet {
  const { platform, timers, links } = deps;
  const kept = internetFile(platform.dataFolder);
  let mode: InternetMode = 'on';
  let sites: ReadonlySet<string> = new Set();
  let proxy: FilterProxy | undefined;
  let opening: Promise<void> | undefined;
  let school: SchoolLists | undefined;
  const refused = new Map<string, number>();
  const ways = createWays({ clock: platform.clock, random: platform.random, timers, changed });

  const lists = async (): Promise<SchoolLists> =>
    (school ??= createSchoolLists({
      parc: await deps.databases.withoutClass(),
      school: deps.school,
      files: deps.files,
      clock: platform.clock,
    }));

  const ofPages = (): string[] => [
    ...new Set(
      (live.lesson?.items ?? []).flatMap(({ url }) => (url === undefined ? [] : (siteOf(url) ?? []))),
    ),
  ];
  function judge({ host, from }: { readonly host: string; readonly from: string }): Refusal | undefined {
    if (ways.heard(host)) return 'address';
    const why = judgeHost(host, {
      mode: live.lesson ? mode : 'on',
      sites: new Set([...sites, ...ofPages()]),
      allowed: school?.allowed() ?? new Set(),
      blocked: school?.blocked() ?? new Set(),
      listed: (name) => school?.listed(name) ?? false,
    });
    if (why !== undefined) told(host, from, why);
    return why;
  }
  /** The device's own page says why in a child's words; the teacher sees names of sites, never whose. */
  function told(host: string, from: string, why: Refusal): void {
    if (refused.size < HELD_REFUSED || refused.has(host)) refused.set(host, (refused.get(host) ?? 0) + 1);
    const there = [...live.devices.values()].filter(({ link }) => link.address === from);
    // Behind one address stand several devices: nobody is told what another one asked.
    if (there.length === 1) there[0]?.link.send('internet.refused', { why });
    changed();
  }

  let cancelNews: (() => void) | undefined;
  function changed(): void {
    cancelNews ??= timers.after(500, () => {
      cancelNews = undefined;
      if (live.lesson) platform.publish('internet.changed', view(), announcer.mayHear);
    });
  }
  const proxyAddress = (): string | undefined => {
    const url = links.url();
    return proxy && url && `${new URL(url).hostname}:${proxy.port}`;
  };
  function view(): InternetState {
    const plain = links.plainUrl();
    const at = proxyAddress();
    return {
      mode,
      sites: [...sites],
      ofPages: ofPages(),
      ...(plain && { pac: `${plain}/proxy.pac` }),
      ...(at && { proxy: at }),
      seats: ways.seats(),
      refused: [...refused]
        .map(([host, times]) => ({ host, times }))
        .sort((a, b) => b.times - a.times || a.host.localeCompare(b.host))
        .slice(0, MOST_REFUSED),
    };
  }
  /** Stays up once it is: a browser that found it closed goes straight for minutes. */
  async function openProxy(): Promise<void> {
    const { filter } = deps;
    if (proxy || !filter) return;
    try {
      proxy = await openFilterProxy({ ...filter, judge, welcome: (from) => isPrivate(from) });
    } catch (error) {
      platform.log.warn('internet.proxy', { error: error instanceof Error ? error.name : 'unknown' });
    }
  }
  function probe(seat: SeatKey): void {
    if (proxy) live.devices.get(seat)?.link.send('internet.probe', { url: ways.ask(seat) });
  }
  const probeAll = (): void => [...live.devices.keys()].forEach(probe);
  function tellMode(): void {
    for (const { link } of live.devices.values()) link.send('internet.changed', { mode });
  }

  return {
    lists,
    pac: () => pacFile(proxyAddress()),
    mode: () => (live.lesson ? mode : 'on'),
    filter: proxyAddress,
    async begin(lesson: Lesson) {
      const before = await kept.read();
      const same = before?.lesson === lesson.id ? before : undefined;
      if (before && !same) await kept.clear();
      mode = same?.mode ?? 'on';
      sites = new Set(same?.sites);
      refused.clear();
      await (opening ??= openProxy());
      await (await lists()).load().catch((error: unknown) => {
        // Not come yet from another poste: the school's own names hold, its list will at the next lesson.
        platform.log.warn('internet.list', { error: error instanceof Error ? error.name : 'unknown' });
      });
      if (mode !== 'on') tellMode();
      probeAll();
    },
    async end() {
      await kept.clear();
      const limited = mode !== 'on';
      mode = 'on';
      sites = new Set();
      refused.clear();
      if (limited) tellMode();
    },
    entered: probe,
    left: (seat) => ways.forget(seat),
    async close() {
      cancelNews?.();
      ways.close();
      await opening;
      await proxy?.close();
      proxy = undefined;
    },
    state(actor) {
      conducted(actor);
      return view();
    },
    async set(actor, order) {
      const { lesson } = conducted(actor);
      const next = sitesOf(order.sites);
      await kept.write({ lesson: lesson.id, mode: order.mode, sites: next });
      mode = order.mode;
      sites = new Set(next);
      refused.clear();
      tellMode();
      probeAll();
      changed();
      platform.log.info('internet.set', { lesson: lesson.id, mode });
      return view();
    },
    check(actor) {
      conducted(actor);
      probeAll();
      return view();
    },
  };
}

/** The school's lists are its head's; who conducts a lesson may read them. */
export const demandLists = (actor: Actor): void => demand(actor, 'school.read');
