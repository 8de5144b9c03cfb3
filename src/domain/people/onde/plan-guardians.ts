/** Matching guardians' rows to each other and to known guardians, and linking them to their children. */
import { compareText, groupBy } from '../names';
import type { Guardian } from '../person';
import type { Linked } from './child-links';
import { byFeedKey, keysDiffer, shareKey } from '../feeds/feed-keys';
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

/** Of one guardian, the children of whom the files name them as holding authority: what files said before is replaced. */
function hinted(known: Guardian | undefined, details: Details): Pick<Guardian, 'feedHint'> {
  if (details.feedHint === undefined) return known?.feedHint ? { feedHint: known.feedHint } : {};
  const others = (known?.feedHint ?? []).filter((pupil) => !details.children.includes(pupil));
  return { feedHint: [...new Set([...others, ...details.feedHint])].sort(compareText) };
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
  const byKey = byFeedKey(known);
  const drafts: Draft<'guardian'>[] = [];
  for (const [name, namesakes] of groupBy(rows, ({ row }) => nameKey(row.names))) {
    // Somebody whose name changed is found by the feed's own number.
    const numbered = namesakes.flatMap(({ row }) => byKey.get(row.feedKey ?? '') ?? []);
    const adults = [...new Set([...(knownByName.get(name) ?? []), ...numbered])];
    const clusters = matched(gather(namesakes, link), adults, deriveKey);
    const taken = new Set(clusters.map((cluster) => cluster.known));
    const free = adults.filter((adult) => !taken.has(adult));
    const earlier: Guardian[] = [];
    for (const cluster of clusters) {
      const { details } = cluster;
      const record: Guardian = {
        ...(cluster.known
          ? overlay(cluster.known, { ...details, id: cluster.known.id })
          : { ...details, id: giveId('guardian', keyOf(cluster)) }),
        ...hinted(cluster.known, details),
      };
      const reasons = [...cluster.reasons];
      const others = clusters.filter((other) => other !== cluster && maybeOne(other.details, details));
      const candidates = [...free, ...earlier].filter((adult) => maybeOne(adult, details));
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
    const { civility, names, email, phones, address, feedKey, authorityHint } = row;
    const feedKeys = feedKey === undefined ? undefined : [feedKey];
    const hint = row.children.filter((child) => authorityHint?.includes(bare(child.feedKey)));
    const feedHint = authorityHint === undefined ? undefined : link(hint).ids;
    const details = withoutUndefined({
      civility,
      names,
      email,
      phones,
      address,
      children: ids,
      feedHint,
      feedKeys,
    });
    const cluster = { sources: [source], details, reasons, childNames: row.children.map(nameKey) };
    const touching = new Set(tokensOf(details).flatMap((token) => [...(byToken.get(token) ?? [])]));
    let whole: Cluster = cluster;
    for (const other of touching) {
      if (!civilityAllows(other.details, whole.details) || keysDiffer(other.details, whole.details)) continue;
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
    const choice = allowed(cluster).filter((adult) => !keysDiffer(adult, cluster.details));
    return (
      adults.find((adult) => shareKey(adult, cluster.details)) ??
      choice.find((adult) => shareChild(adult, cluster.details)) ??
      choice.find((adult) => shareContact(adult, cluster.details))
    );
  });
  const taken = new Set(sharing);
  const merged = new Map<Guardian | Cluster, Cluster>();
  for (const [index, cluster] of clusters.entries()) {
    // The id that these names would be given, where no other row is nearer to that person.
    const id = deriveKey('guardian', keyOf(cluster));
    const known =
      sharing[index] ??
      allowed(cluster).find(
        (adult) => adult.id === id && !taken.has(adult) && !keysDiffer(adult, cluster.details),
      );
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

/**
 * Whether somebody is asked about two namesakes. Where one feed gives them two numbers they are two people, unless they
 * share a child or an address: academies' directories hold many a parent twice.
 */
function maybeOne(left: Details, right: Details): boolean {
  if (!civilityAllows(left, right)) return false;
  return !keysDiffer(left, right) || shareChild(left, right) || shareContact(left, right);
}

const bare = (key = ''): string => key.slice(key.indexOf(':') + 1);

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
