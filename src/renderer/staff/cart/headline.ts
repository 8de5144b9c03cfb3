/** What a cart says at first sight, as keys of `cart.say.*` and their numbers: chosen here, said by the locale files. */
import type { IconName, Tone } from '../../kit';
import type { CartGlance } from '../../../contract/staff/cart';

export interface Said {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** What the plural follows. */
  readonly n: number;
}
export interface Note extends Said {
  readonly tone: Tone;
  readonly icon: IconName;
}
export interface Headline {
  /** The big number; null where there is none to give. */
  readonly count: number | null;
  readonly words: Said;
  readonly tone: Tone;
}

/** Moments and names as the screen says them. */
export interface HeadlineWords {
  readonly moment: (at: string) => string;
  /** « depuis jeudi » : the hour does not help to find it. */
  readonly sinceDay: (at: string) => string;
  readonly isToday: (at: string) => boolean;
  readonly className: (id: string) => string | undefined;
  readonly list: (numbers: readonly number[]) => string;
}

/** More than so many are counted and not named. */
const NAMED = 3;

const said = (key: string, n: number, params: Said['params'] = {}): Said => ({
  key,
  n,
  params: { n, ...params },
});

/** Those of which nobody knows anything. */
const darkOf = ({ summary, charging, out, unplugged, faulty }: CartGlance): number =>
  summary.unknown - charging - out - unplugged.length - faulty.length;

export function headlineOf(glance: CartGlance, words: HeadlineWords): Headline {
  const { summary, probable, charging, out, bell } = glance;
  const { total, ready, unknown } = summary;
  const likely = summary.probable;
  const of = (count: number | null, line: Said, tone: Tone): Headline => ({ count, words: line, tone });
  if (total === 0) return of(null, said('noDevice', 0), 'idle');
  if (ready + likely > 0) {
    const count = ready + likely;
    const tone = ready > 0 ? 'ok' : 'info';
    if (likely === 0) return of(count, said('ready', count, { total }), tone);
    if (ready > 0) return of(count, said('mixed', count, { total, ready, likely }), tone);
    return bell.why !== 'now' && probable.some(({ later }) => later)
      ? of(count, said('willBe', count, { when: words.moment(bell.at) }), tone)
      : of(count, said('probable', count), tone);
  }
  if (charging > 0) return of(charging, said('charging', charging, { total }), 'info');
  if (out > 0 && out === unknown) return of(out, said('out', out), 'idle');
  if (unknown === total) return of(null, said('nothing', total, { total }), 'idle');
  // « 0 prête » would be more than anybody knows.
  const dark = darkOf(glance);
  if (dark > 0 && summary.low === 0) return of(null, said('nothingOf', dark), 'idle');
  return of(0, said('none', total, { total }), 'warn');
}

/** « (rangées hier à 16 h 25, branchées) »: how the guess is known; several where they were put away at several times. */
export function groundsOf({ summary, probable }: CartGlance, { moment }: HeadlineWords): Said[] {
  const alone = summary.ready === 0 && probable.length === 1 && probable[0]?.count === summary.probable;
  return probable.map(({ count, since, basis }) =>
    said(`${alone ? 'ground' : 'groundOf'}.${basis}`, count, { when: moment(since) }),
  );
}

/** What else matters, worst first: who will not last, who never came back, what is not known. */
export function notesOf(glance: CartGlance, words: HeadlineWords): Note[] {
  const { summary, short, gone, charging, out, unplugged, faulty } = glance;
  const notes: Note[] = [];
  const add = (tone: Tone, icon: IconName, line: Said): void => void notes.push({ ...line, tone, icon });
  const groups = short.length > 2 ? [] : short;
  for (const { minutes, numbers } of groups) {
    const n = numbers.length;
    const key = `short.${n > NAMED ? 'many' : 'named'}${minutes === null ? 'Unknown' : minutes < 5 ? 'None' : ''}`;
    add('warn', 'batteryLow', said(key, n, { list: words.list(numbers), minutes: minutes ?? 0 }));
  }
  if (short.length > 2) add('warn', 'batteryLow', said('short.various', summary.low));
  const byReason = new Map<string, { numbers: number[]; line: (numbers: number[]) => Said }>();
  for (const { number, since, class: of } of gone) {
    const name = of === undefined ? undefined : words.className(of);
    const key =
      since === null
        ? 'gone.notThere'
        : words.isToday(since)
          ? 'gone.today'
          : name === undefined
            ? 'gone.never'
            : 'gone.neverFrom';
    const group = byReason.get(`${key}|${since ?? ''}|${name ?? ''}`) ?? {
      numbers: [],
      line: (numbers: number[]) =>
        said(numbers.length > NAMED ? `${key}Many` : key, numbers.length, {
          list: words.list(numbers),
          since: since === null ? '' : words.sinceDay(since),
          class: name ?? '',
        }),
    };
    group.numbers.push(number);
    byReason.set(`${key}|${since ?? ''}|${name ?? ''}`, group);
  }
  for (const { numbers, line } of byReason.values()) add('bad', 'bad', line(numbers));
  const named = (key: string, numbers: readonly number[]): Said =>
    said(`${key}.${numbers.length > NAMED ? 'many' : 'named'}`, numbers.length, {
      list: words.list(numbers),
    });
  if (faulty.length > 0) add('bad', 'repair', named('faulty', faulty));
  if (unplugged.length > 0) add('warn', 'plug', named('unplugged', unplugged));
  const headlined = summary.ready + summary.probable === 0;
  if (charging > 0 && !headlined) add('info', 'charging', said('count.charging', charging));
  if (out > 0 && (!headlined || charging > 0 || out !== summary.unknown))
    add('idle', 'hand', said('count.out', out));
  const dark = darkOf(glance);
  if (dark > 0 && headlineOf(glance, words).count !== null) add('idle', 'help', said('count.unknown', dark));
  if (summary.lent > 0) add('idle', 'people', said('count.lent', summary.lent));
  return notes;
}
