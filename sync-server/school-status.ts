import * as v from 'valibot';
import { idSchema, PARCEL_VERSION } from '../src/exchange';
import { EXPECTED } from './enrolment';
import type { SchoolCache } from './school-cache';
import type { CommuneSchool, CommuneSchools } from './commune-school';
import type { GatewayStore } from './store/shelf';

/** How a school's last run ended, as far as the commune saw it. */
export const OUTCOMES = ['begun', 'nothing-new', 'pushed', 'cut-at-push', 'done', 'cut-at-pull'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const LAST = 's!last';
const posteId = (poste: string): string => `s!poste!${poste}`;
/** A contact without news is written at most so often, in milliseconds. */
const QUIET_MS = 10 * 60 * 1000;
const DAY_MS = 24 * 3600 * 1000;
/** A poste counts as seen for so long, in milliseconds. */
const SEEN_MS = 7 * DAY_MS;

const lastSchema = v.object({
  at: v.pipe(v.string(), v.isoTimestamp()),
  outcome: v.picklist(OUTCOMES),
  poste: v.optional(idSchema('poste')),
  bytesIn: v.number(),
  bytesOut: v.number(),
  protocol: v.number(),
});
export type LastRun = v.InferOutput<typeof lastSchema>;

const readLast = (cache: SchoolCache): LastRun | undefined => {
  const parsed = v.safeParse(lastSchema, cache.get(LAST));
  return parsed.success ? parsed.output : undefined;
};

/** What one request did, for whoever asks tomorrow why a school is silent. Ids, counts and instants; no names. */
export async function noteRequest(
  { cache, replica }: CommuneSchool,
  did: {
    readonly outcome: Outcome;
    readonly poste?: string;
    readonly bytesIn: number;
    readonly bytesOut: number;
  },
  now = Date.now(),
): Promise<void> {
  const at = new Date(now).toISOString();
  // Anybody may claim to be a poste: only those that a head has let in are written down.
  const poste = v.is(idSchema('poste'), did.poste) ? did.poste : undefined;
  if (poste !== undefined && replica.book.grantsOf(poste).length === 0) return;
  await cache.update(LAST, (held) => {
    const before = readLast(cache);
    const begins = did.outcome === 'begun' || did.outcome === 'nothing-new';
    const quiet = before !== undefined && before.outcome === did.outcome && before.poste === poste;
    if (begins && quiet && now - Date.parse(before.at) < QUIET_MS) return undefined;
    const run = begins ? undefined : before;
    const from = poste ?? run?.poste;
    return {
      ...held,
      at,
      outcome: did.outcome,
      bytesIn: (run?.bytesIn ?? 0) + did.bytesIn,
      bytesOut: (run?.bytesOut ?? 0) + did.bytesOut,
      protocol: PARCEL_VERSION,
      ...(from === undefined ? { poste: undefined } : { poste: from }),
    };
  });
  if (poste !== undefined)
    await cache.update(posteId(poste), (held) =>
      String(held?.['at']).slice(0, 10) === at.slice(0, 10) ? undefined : { ...held, at },
    );
}

/** Why nothing, or not all, comes from a school, as far as the commune can know. */
export const REASONS = [
  'never-enrolled',
  'never-exchanged',
  'silent',
  'cut',
  'refused',
  'waiting-for-base',
  'only-relay',
] as const;
export type Reason = (typeof REASONS)[number];

export interface SchoolLine {
  readonly uai: string;
  readonly last: LastRun | null;
  /** Whole days since; null where there was none. */
  readonly nights: number | null;
  readonly postes: number;
  readonly refused: number;
  /** Parcels that wait for a key or for a base to be made. */
  readonly waiting: number;
  readonly reasons: readonly Reason[];
}

function lineOf(uai: string, school: CommuneSchool | undefined, now: number): SchoolLine {
  const none = { uai, last: null, nights: null, postes: 0, refused: 0, waiting: 0 };
  if (!school) return { ...none, reasons: ['never-enrolled'] };
  const { cache, replica } = school;
  const last = readLast(cache) ?? null;
  const seen = cache.all('s!poste!').filter((one) => now - Date.parse(String(one['at'])) < SEEN_MS);
  const postes = seen
    .map(({ _id }) => _id.slice('s!poste!'.length))
    .filter((id) => v.is(idSchema('poste'), id));
  const nights = last && Math.floor((now - Date.parse(last.at)) / DAY_MS);
  const refused = cache.all('r!').length;
  const waiting = cache.all('u!').length;
  const relays = postes.filter((id) => replica.book.readable(id).carries);
  const reasons: Reason[] = [];
  if (!last) reasons.push('never-exchanged');
  if (nights !== null && nights >= 2) reasons.push('silent');
  if (
    last &&
    (last.outcome.startsWith('cut') || (last.outcome === 'begun' && now - Date.parse(last.at) > QUIET_MS))
  )
    reasons.push('cut');
  if (refused > 0) reasons.push('refused');
  if (waiting > 0) reasons.push('waiting-for-base');
  if (postes.length > 0 && relays.length === postes.length) reasons.push('only-relay');
  return { uai, last, nights, postes: postes.length, refused, waiting, reasons };
}

/** Every school that was given a code or came, the silent ones first. */
export async function schoolLines(
  store: GatewayStore,
  schools: CommuneSchools,
  now = Date.now(),
): Promise<readonly SchoolLine[]> {
  const settings = await store.settings();
  const lines: SchoolLine[] = [];
  for (const { _id } of await settings.range(EXPECTED, `${EXPECTED.slice(0, -1)}"`)) {
    const uai = _id.slice(EXPECTED.length);
    lines.push(lineOf(uai, await schools.find(uai), now));
  }
  const silence = ({ nights }: SchoolLine): number => nights ?? Infinity;
  return lines.sort((a, b) => silence(b) - silence(a) || (a.uai < b.uai ? -1 : 1));
}
