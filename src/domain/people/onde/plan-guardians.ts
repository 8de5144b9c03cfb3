/** Matching guardians' rows to each other and to known guardians, and linking them to their children. */
import { compareText, groupBy } from '../names';
import type { Guardian } from '../person';
import type { Linked } from './child-links';
import { comparable, nameKey } from './drafts';
import type { Draft, GiveId, Sourced } from './drafts';
import { ONDE_LIMITS } from './limits';
import { complete, overlay } from './merge';
import type { DoubtReason, PlanOptions, Source } from './plan-types';
import { withoutUndefined } from './rows';
import type { ChildLink, GuardianRow } from './rows';

type Details = Omit<Guardian, 'id'>;

/** Rows that are one adult. */
interface Cluster {
  sources: Source[];
  details: Details;
  reasons: DoubtReason[];
  childNames: string[];
  known?: Guardian | undefined;
}

/**
 * Drafts every guardian of the files. Two rows are one adult when name, first name and civility agree and they share
 * a child, an address, an e-mail address or a telephone number; otherwise they are homonyms, and somebody decides.
 */
export function planGuardians(
  known: readonly Guardian[],
  rows: readonly Sourced<GuardianRow>[],
  link: (children: ChildLink[]) => Linked,
  deriveKey: PlanOptions['deriveKey'],
  giveId: GiveId,
): Draft<'guardian'>[] {
  const knownByName = groupBy(known, ({ names }) => nameKey(names));
  const drafts: Draft<'guardian'>[] = [];
  for (const [name, namesakes] of groupBy(rows, ({ row }) => nameKey(row.names))) {
    const adults = knownByName.get(name) ?? [];
    const clusters = matched(gather(namesakes, link), adults, deriveKey);
    const taken = new Set(clusters.map((cluster) => cluster.known));
    const free = adults.filter((adult) => !taken.has(adult));
    const earlier: Guardian[] = [];
    for (const cluster of clusters) {
      const { details } = cluster;
      const record: Guardian = cluster.known
        ? overlay(cluster.known, { ...details, id: cluster.known.id })
        : { ...details, id: giveId('guardian', keyOf(cluster)) };
      const reasons = [...cluster.reasons];
      const others = clusters.filter((other) => other !== cluster && civilityAllows(other.details, details));
      const candidates = [...free, ...earlier].filter((adult) => civilityAllows(adult, details));
      if (!cluster.known && (others.length > 0 || candidates.length > 0)) {
        const rows = others.flatMap(({ sources }) => sources).slice(0, ONDE_LIMITS.shown);
        reasons.push({ code: 'homonym', others: rows, sameBirthDate: false });
      }
      earlier.push(record);
      drafts.push({
        sources: cluster.sources,
        record,
        known: cluster.known,
        reasons,
        candidates: candidates.slice(0, ONDE_LIMITS.shown),
        linked: details.children,
      });
    }
  }
  return drafts;
}

/** The rows of namesakes, put together when anything they share says that they are one adult. */
function gather(rows: readonly Sourced<GuardianRow>[], link: (children: ChildLink[]) => Linked): Cluster[] {
  const clusters = new Set<Cluster>();
  const byToken = new Map<string, Set<Cluster>>();
  const enter = (cluster: Cluster): void => {
    clusters.add(cluster);
    for (const token of tokensOf(cluster.details)) {
      const sharing = byToken.get(token) ?? new Set();
      byToken.set(token, sharing.add(cluster));
    }
  };
  for (const { source, row } of rows) {
    const { ids, reasons } = link(row.children);
    const { civility, names, email, phones, address } = row;
    const details = withoutUndefined({ civility, names, email, phones, address, children: ids });
    const cluster = { sources: [source], details, reasons, childNames: row.children.map(nameKey) };
    const touching = new Set(tokensOf(details).flatMap((token) => [...(byToken.get(token) ?? [])]));
    let whole: Cluster = cluster;
    for (const other of touching) {
      if (!civilityAllows(other.details, whole.details)) continue;
      for (const token of tokensOf(other.details)) byToken.get(token)?.delete(other);
      clusters.delete(other);
      whole = absorb(other, whole);
    }
    enter(whole);
  }
  return [...clusters].sort((a, b) => compareSources(a.sources[0], b.sources[0]));
}

function compareSources(left: Source | undefined, right: Source | undefined): number {
  return (left?.file ?? 0) - (right?.file ?? 0) || (left?.line ?? 0) - (right?.line ?? 0);
}

/** Two sets of rows as one; what the earlier row says stands. */
function absorb(left: Cluster, right: Cluster): Cluster {
  const [first, later] =
    compareSources(left.sources[0], right.sources[0]) <= 0 ? [left, right] : [right, left];
  return {
    ...first,
    sources: [...first.sources, ...later.sources].sort(compareSources),
    details: complete(first.details, later.details),
    reasons: [...first.reasons, ...later.reasons],
    childNames: [...new Set([...first.childNames, ...later.childNames])],
  };
}

/** Gives each cluster its known guardian; clusters of the same one (somebody once said so) become one. */
function matched(
  clusters: readonly Cluster[],
  adults: readonly Guardian[],
  deriveKey: PlanOptions['deriveKey'],
): Cluster[] {
  const allowed = ({ details }: Cluster): Guardian[] =>
    adults.filter((adult) => civilityAllows(adult, details));
  const sharing = clusters.map((cluster) => {
    const choice = allowed(cluster);
    return (
      choice.find((adult) => shareChild(adult, cluster.details)) ??
      choice.find((adult) => shareContact(adult, cluster.details))
    );
  });
  const taken = new Set(sharing);
  const merged = new Map<Guardian | Cluster, Cluster>();
  for (const [index, cluster] of clusters.entries()) {
    // The id that these names would be given, where no other row is nearer to that person.
    const id = deriveKey('guardian', keyOf(cluster));
    const known = sharing[index] ?? allowed(cluster).find((adult) => adult.id === id && !taken.has(adult));
    if (known) taken.add(known);
    const same = known && merged.get(known);
    merged.set(known ?? cluster, same ? absorb(same, cluster) : { ...cluster, known });
  }
  return [...merged.values()];
}

/** A guardian has no number in any extraction: names and children are the key. */
function keyOf({ details, childNames }: Cluster): string {
  const children = [...new Set(childNames)].sort(compareText).join(',');
  return `${nameKey(details.names)}|${details.civility ?? ''}|${children}`;
}

/** Both parents of a child may be called Camille Dupont: M. and Mme are never one. */
function civilityAllows(left: Pick<Details, 'civility'>, right: Pick<Details, 'civility'>): boolean {
  return left.civility === undefined || right.civility === undefined || left.civility === right.civility;
}

function shareChild(left: Details, right: Details): boolean {
  return left.children.some((child) => right.children.includes(child));
}

function shareContact(left: Details, right: Details): boolean {
  const contacts = contactsOf(left);
  return contactsOf(right).some((contact) => contacts.includes(contact));
}

/** What two rows of one adult share. */
function tokensOf(details: Details): string[] {
  return [...details.children, ...contactsOf(details)];
}

function contactsOf({ email, phones, address }: Details): string[] {
  const { street, postcode, city } = address;
  // A street alone is no address: « Le Bourg » exists in every commune.
  const place =
    street !== undefined && (postcode ?? city) !== undefined
      ? [`${comparable(street)}|${postcode ?? ''}|${comparable(city ?? '')}`]
      : [];
  return [email, phones.home, phones.mobile, ...place].filter((contact) => contact !== undefined);
}
