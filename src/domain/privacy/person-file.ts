import type { AudienceKind } from '../audience';
import { isId } from '../id';
import type { Json } from '../json';
import { addDays, dayIn, isLocalDay, type LocalDay } from '../retention/calendar';
import { expiresOn, type Dateable } from '../retention/expiry';
import { isPersonal, kindOf, type Activity, type Fate } from './kinds';
import { MASK, maskNames, type Named } from './masking';
import { keepingOf, type Keeping } from './register';

/** A document where it stands. */
export interface Standing {
  readonly base: AudienceKind;
  readonly body: Dateable & { readonly _id: string };
}

/** One piece of what is held about a person, as it is handed out. */
export interface FileItem {
  readonly id: string;
  readonly type: string;
  readonly activity: Activity | 'other';
  readonly base: AudienceKind;
  /** The day it is of, where it has one. */
  readonly day?: LocalDay;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** Pieces that are somebody else's and were taken out. */
  readonly masked: number;
}
export interface PersonFile {
  readonly items: readonly FileItem[];
  /** Documents that only name the person, who wrote or received them, by kind. */
  readonly named: Readonly<Record<string, number>>;
}

/** Longest value that is shown of one field; a text of a lesson is far below. */
const VALUE_MAX = 20_000;
const FIELDS_MAX = 400;
const ENVELOPE: ReadonlySet<string> = new Set(['_id', 'type', 'v']);
/** Where a document says its day, the most telling first. */
const DAYS = [
  'date',
  'on',
  'from',
  'dueOn',
  'receivedAt',
  'at',
  'openedAt',
  'receivedOn',
  'createdAt',
] as const;

/** Whose data a document is: the ids that its row names. */
export function aboutWhom(body: Standing['body']): string[] {
  const row = kindOf(body.type);
  if (!isPersonal(row)) return [];
  return row.about.flatMap((field) => {
    const value: unknown = body[field];
    return (Array.isArray(value) ? (value as unknown[]) : [value]).filter((id): id is string => isId(id));
  });
}

function names(value: Json | undefined, id: string, depth = 12): boolean {
  if (value === id) return true;
  if (depth === 0 || value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(([key, inner]) => key === id || names(inner as Json, id, depth - 1));
}

const dayOf = (body: Dateable): LocalDay | undefined => {
  const found = DAYS.map((field) => body[field]).find((value) => typeof value === 'string');
  const day = typeof found === 'string' ? found.slice(0, 10) : undefined;
  return isLocalDay(day) ? day : undefined;
};

/**
 * What is held about one person (RGPD art. 15): documents that are theirs, without what is somebody else's (art. 15.4). One parent
 * never gets the other's: of a child, what concerns a parent who did not ask is left out whole.
 * @param to who receives it: the person, or the parent who asks for a child
 * @param others everybody else whose name may stand in a text
 */
export function personFile(
  person: string,
  to: string,
  standing: Iterable<Standing>,
  others: readonly Named[],
  self: Named | undefined,
): PersonFile {
  const items: FileItem[] = [];
  const named: Record<string, number> = {};
  for (const { base, body } of standing) {
    const about = aboutWhom(body);
    if (!about.includes(person)) {
      if (names(body as unknown as Json, person)) named[body.type] = (named[body.type] ?? 0) + 1;
      continue;
    }
    const row = kindOf(body.type);
    const day = dayOf(body);
    const head = {
      id: body._id,
      type: body.type,
      activity: isPersonal(row) ? row.activity : ('other' as const),
      base,
      ...(day === undefined ? {} : { day }),
    };
    const ofAnotherParent = about.some((id) => isId(id, 'guardian') && id !== to && id !== person);
    const mixed = isPersonal(row) && row.bothParents === true;
    if (ofAnotherParent || mixed) items.push({ ...head, fields: [], masked: 1 });
    else items.push({ ...head, ...fieldsOf(body, new Set([person, to]), others, self) });
  }
  items.sort((a, b) => order(a.activity, b.activity) || order(a.day ?? '', b.day ?? '') || order(a.id, b.id));
  return { items, named };
}
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function fieldsOf(
  body: Standing['body'],
  mine: ReadonlySet<string>,
  others: readonly Named[],
  self: Named | undefined,
): Pick<FileItem, 'fields' | 'masked'> {
  const fields: { name: string; value: string }[] = [];
  let masked = 0;
  const add = (name: string, value: string): void => {
    if (fields.length < FIELDS_MAX) fields.push({ name, value: value.slice(0, VALUE_MAX) });
  };
  const walk = (name: string, value: Json | undefined, depth: number): void => {
    if (value === undefined || value === null || depth === 0) return;
    if (Array.isArray(value)) value.forEach((inner) => walk(name, inner, depth - 1));
    else if (typeof value === 'object') {
      for (const [key, inner] of Object.entries(value as Record<string, Json>)) {
        const someone = /^(pupil|guardian)_/.test(key) && isId(key) && !mine.has(key);
        if (someone) masked += 1;
        else walk(name === '' ? key : `${name}.${key}`, inner, depth - 1);
      }
    } else if (typeof value === 'string') {
      // Colleagues act in their office: who wrote it is told by an id that only the school resolves.
      const someone = /^(pupil|guardian)_/.test(value) && isId(value) && !mine.has(value);
      const shown = someone ? MASK : maskNames(value, others, self);
      if (shown !== value) masked += 1;
      add(name, shown);
    } else add(name, String(value));
  };
  for (const [key, value] of Object.entries(body))
    if (!ENVELOPE.has(key)) walk(key, value as Json | undefined, 12);
  return { fields, masked };
}

/** What becomes of one kind of a person's documents, said line by line (RGPD art. 17). */
export interface ErasureLine {
  readonly type: string;
  readonly count: number;
  readonly fate: Fate | 'append';
  readonly erased: boolean;
  readonly keeping: Keeping;
  /** The last day on which any of what stays is kept; absent where no date decides. */
  readonly until?: LocalDay;
}

/**
 * @param here the person is of the school on that day
 * @param appendOnly kinds that are never taken back by hand (src/exchange/author-rules.ts)
 */
export function erasurePlan(
  person: string,
  standing: Iterable<Standing>,
  here: boolean,
  appendOnly: readonly string[],
): { readonly lines: readonly ErasureLine[]; readonly erase: readonly Standing[] } {
  const lines = new Map<
    string,
    { count: number; line: Omit<ErasureLine, 'count' | 'until'>; ends: (LocalDay | undefined)[] }
  >();
  const erase: Standing[] = [];
  for (const one of standing) {
    const { body } = one;
    const row = kindOf(body.type);
    if (!isPersonal(row)) continue;
    const about = aboutWhom(body);
    const mentioned = !about.includes(person);
    if (mentioned && !names(body as unknown as Json, person)) continue;
    const alone = about.every((id) => id === person);
    const fate: ErasureLine['fate'] = mentioned || (!alone && row.fate === 'erase') ? 'shared' : row.fate;
    const wished = fate === 'erase' || (fate === 'mission' && !here && alone);
    const kept = wished && appendOnly.includes(body.type);
    const erased = wished && !kept;
    const key = `${body.type} ${fate} ${String(erased)}`;
    const known = lines.get(key) ?? {
      count: 0,
      ends: [],
      line: { type: body.type, fate: kept ? 'append' : fate, erased, keeping: keepingOf(body.type) },
    };
    known.count += 1;
    known.ends.push(expiresOn(body));
    lines.set(key, known);
    if (erased) erase.push(one);
  }
  return {
    erase,
    lines: [...lines.values()]
      .map(({ count, line, ends }) => {
        const last = ends.includes(undefined)
          ? undefined
          : ends
              .filter((day) => day !== undefined)
              .sort()
              .at(-1);
        // The first day on which it is kept no longer, less one.
        const until = last && addDays(last, -1);
        return { ...line, count, ...(until === undefined ? {} : { until }) };
      })
      .sort((a, b) => Number(b.erased) - Number(a.erased) || order(a.type, b.type)),
  };
}

/** What goes next by its date, soonest first. */
export function expiringNext(
  standing: Iterable<Standing>,
  before: LocalDay,
): { readonly type: string; readonly day: LocalDay; readonly count: number }[] {
  const found = new Map<string, { type: string; day: LocalDay; count: number }>();
  for (const { body } of standing) {
    const day = expiresOn(body);
    if (day === undefined || day > before || dayIn(day) === undefined) continue;
    const key = `${day} ${body.type}`;
    const known = found.get(key) ?? { type: body.type, day, count: 0 };
    known.count += 1;
    found.set(key, known);
  }
  return [...found.values()].sort((a, b) => order(a.day, b.day) || order(a.type, b.type));
}
