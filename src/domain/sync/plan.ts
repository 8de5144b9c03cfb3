import { localMinutes } from '../time';
import { HOUR_MS, lastLocal, MINUTE_MS, nextLocal } from './clock';
import type { LineState, Moment, Partner, Pause, Priority } from './moments';
import { inWindow, PEERS_EVERY_MIN, PEERS_IDLE_MIN, windowMinutes, type SyncSettings } from './settings';

/** What is known on this poste right now. Instants in milliseconds since 1970, by this computer's clock. */
export interface SyncFacts {
  readonly now: number;
  /** The school's zone. */
  readonly zone: string;
  /** Somebody, or the computer, asks; absent for a look at the clock. */
  readonly asked?: 'person' | 'end-of-day' | 'suspend' | 'shutdown' | undefined;
  readonly running: boolean;
  /** The commune is known. */
  readonly commune: boolean;
  /** The school has other postes. */
  readonly others: boolean;
  /** This poste is the one the head named; `other` says when that one was last heard here. */
  readonly carrier: 'nobody' | 'me' | { readonly heard: number | undefined };
  /** `elsewhere`: this network is not one where a poste of the school was ever met. */
  readonly place: 'school' | 'elsewhere';
  /** Undefined where the computer does not say. */
  readonly mains: boolean | undefined;
  /** Changes that stand on no other machine yet. */
  readonly waiting: { readonly urgent: number; readonly all: number };
  /** Last run with the commune that went through; last try; tries in a row that did not. */
  readonly done: number | undefined;
  readonly tried: number | undefined;
  readonly failures: number;
  /** Last look for neighbours. */
  readonly peersTried: number | undefined;
  /** Bytes the line has carried, both ways. */
  readonly spent: { readonly night: number; readonly month: number };
  /** 0 to 1, of this poste for ever: two hundred schools do not begin their night at the same second. */
  readonly spread: number;
}

export interface PlannedRun {
  readonly moment: Moment;
  readonly partners: readonly Partner[];
  readonly priorities: readonly Priority[];
  /** Bytes over the line at the most; null: no ceiling. Neighbours cost nothing. */
  readonly budget: number | null;
  /** Milliseconds after which what is not through stays for the next time; null: the stall timer alone ends it. */
  readonly within: number | null;
}

export interface SyncPlan {
  readonly run: PlannedRun | undefined;
  /** Where nothing runs. */
  readonly pause: Pause | undefined;
  readonly states: readonly LineState[];
  /** What is next if nothing happens meanwhile; absent where nothing can. */
  readonly next: { readonly at: number; readonly moment: Moment } | undefined;
  /** When to look again, whatever happens; always later than now. */
  readonly lookAt: number;
}

/** Sleep does not wait: what systems give a program before they suspend, and less before they end, in milliseconds. */
export const BEFORE_SUSPEND_MS = 8_000;
export const BEFORE_SHUTDOWN_MS = 4_000;
/** A teacher with the coat on waits so long at the most. Files go at night. */
export const END_OF_DAY_MS = 120_000;
/** The register and the notices pass when the budget is used up: so many bytes at a time, and no more. */
export const URGENT_BYTES = 256 * 1024;
/** After the night's window a morning is over at this minute of the day: lessons have the line. */
const MORNING_UNTIL = 9 * 60;
const OVERDUE_MS = 36 * HOUR_MS;
const HOME_EVERY_MS = 30 * MINUTE_MS;
const HOME_STALE_MS = 6 * HOUR_MS;
/** The lease of the poste that carries: silent for so long, the others go themselves. */
export const LEASE_MS = 26 * HOUR_MS;
/** Nights begin within this part of the window. */
const SPREAD_PART = 0.25;
const LOOK_AT_MOST_MS = 15 * MINUTE_MS;

/** Minutes before the next try, after so many that did not go through. */
export const retryAfter = (failures: number): number => [0, 5, 15, 30, 60][Math.min(failures, 4)] ?? 60;

/** What this poste does now, and what is next. Pure: the same facts give the same plan. */
export function planSync(settings: SyncSettings, facts: SyncFacts): SyncPlan {
  const { run, pause } = decide(settings, facts);
  const next = nextMoment(settings, facts);
  const soon = Math.min(next?.at ?? Infinity, retryAt(facts) ?? Infinity, facts.now + LOOK_AT_MOST_MS);
  return {
    run,
    pause,
    states: statesOf(settings, facts),
    next,
    lookAt: Math.max(soon, facts.now + MINUTE_MS),
  };
}

const ALL: readonly Priority[] = ['urgent', 'ordinary', 'fleet', 'files'];
const NO_FILES: readonly Priority[] = ['urgent', 'ordinary', 'fleet'];

/** What is left of the budgets, in bytes; null without any. */
export function bytesLeft(settings: SyncSettings, spent: SyncFacts['spent'], night: boolean): number | null {
  const month = settings.monthBytes === null ? Infinity : settings.monthBytes - spent.month;
  const tonight = night && settings.nightBytes !== null ? settings.nightBytes - spent.night : Infinity;
  const left = Math.min(month, tonight);
  return left === Infinity ? null : Math.max(0, left);
}

function decide(settings: SyncSettings, facts: SyncFacts): Pick<SyncPlan, 'run' | 'pause'> {
  const { asked, waiting } = facts;
  if (facts.running) return wait('running');
  if (!facts.commune && !facts.others) return wait('alone');
  const both: Partner[] = [...partner(facts.others, 'peers'), ...partner(facts.commune, 'commune')];
  if (asked === 'person') return go(settings, facts, 'person', both, ALL, null);
  if (asked === 'end-of-day') return go(settings, facts, 'end-of-day', both, NO_FILES, END_OF_DAY_MS);
  if (asked) {
    if (waiting.all === 0) return wait('nothing-waits');
    const within = asked === 'suspend' ? BEFORE_SUSPEND_MS : BEFORE_SHUTDOWN_MS;
    return go(settings, facts, asked, both, ['urgent', 'ordinary'], within);
  }
  const commune = communeMoment(settings, facts);
  if (commune.moment) {
    const retry = retryAt(facts);
    const held = retry !== undefined && retry > facts.now;
    const files = commune.moment === 'night' ? ALL : NO_FILES;
    if (!held) return go(settings, facts, commune.moment, both, files, null);
  }
  if (peersDue(facts)) return go(settings, facts, 'peers', ['peers'], ALL, null);
  if (commune.moment) return wait('retry-later');
  return wait(commune.pause);
}

const wait = (pause: Pause): Pick<SyncPlan, 'run' | 'pause'> => ({ run: undefined, pause });
const partner = (there: boolean, name: Partner): Partner[] => (there ? [name] : []);

function go(
  settings: SyncSettings,
  facts: SyncFacts,
  moment: Moment,
  partners: readonly Partner[],
  wanted: readonly Priority[],
  within: number | null,
): Pick<SyncPlan, 'run' | 'pause'> {
  const overLine = partners.includes('commune');
  const left = overLine ? bytesLeft(settings, facts.spent, isNight(settings, facts)) : null;
  const priorities = settings.metered && overLine ? wanted.filter((one) => one !== 'files') : wanted;
  if (left !== 0) return { run: { moment, partners, priorities, budget: left, within }, pause: undefined };
  // Who asks is not sent away: the register and the notices always pass.
  if (facts.waiting.urgent > 0 || facts.asked)
    return {
      run: { moment, partners, priorities: ['urgent'], budget: URGENT_BYTES, within },
      pause: undefined,
    };
  if (partners.includes('peers') && peersDue(facts))
    return {
      run: { moment: 'peers', partners: ['peers'], priorities: ALL, budget: null, within },
      pause: undefined,
    };
  return wait('spent');
}

function isNight({ night }: SyncSettings, { now, zone }: SyncFacts): boolean {
  return inWindow(night, localMinutes(now, zone));
}

/** Whether the commune's turn has come by itself, or why not. */
function communeMoment(
  settings: SyncSettings,
  facts: SyncFacts,
): { moment: Moment; pause?: never } | { moment?: never; pause: Pause } {
  const { now, zone, done, waiting } = facts;
  if (!facts.commune) return { pause: waiting.all === 0 ? 'nothing-waits' : 'not-yet' };
  if (facts.place === 'elsewhere') {
    const stale = done === undefined || now - done >= HOME_STALE_MS;
    const rested = facts.tried === undefined || now - facts.tried >= HOME_EVERY_MS;
    if (rested && (waiting.all > 0 || stale)) return { moment: 'home' };
  }
  const began = lastLocal(now, zone, settings.night.from);
  const since = done !== undefined && done >= began;
  const away = facts.place === 'school' && isCarried(facts);
  if (isNight(settings, facts)) {
    if (since) return { pause: 'night-done' };
    if (away) return { pause: 'carried' };
    if (facts.mains === false) return { pause: 'battery' };
    return now >= nightBegins(settings, facts) ? { moment: 'night' } : { pause: 'not-yet' };
  }
  if (!since && !away) {
    const minutes = localMinutes(now, zone);
    const late = inWindow({ from: settings.night.to, to: MORNING_UNTIL }, minutes);
    if (late && settings.night.to < MORNING_UNTIL) return { moment: 'morning' };
    if (done === undefined || now - done >= OVERDUE_MS) return { moment: 'overdue' };
  }
  return { pause: waiting.all === 0 ? 'nothing-waits' : 'not-yet' };
}

/** Another poste carries the night, and was heard not long ago. */
function isCarried({ carrier, now }: SyncFacts): boolean {
  if (carrier === 'nobody' || carrier === 'me') return false;
  return carrier.heard !== undefined && now - carrier.heard < LEASE_MS;
}

/** This poste's own beginning of the night that is under way. */
function nightBegins(settings: SyncSettings, { now, zone, spread }: SyncFacts): number {
  const minutes = Math.floor(windowMinutes(settings.night) * SPREAD_PART * spread);
  return lastLocal(now, zone, settings.night.from) + minutes * MINUTE_MS;
}

function retryAt({ tried, failures }: SyncFacts): number | undefined {
  return tried === undefined || failures === 0 ? undefined : tried + retryAfter(failures) * MINUTE_MS;
}

function peersAt({ now, peersTried, waiting }: SyncFacts): number {
  // A clock that was set back would otherwise put the next look years away.
  if (peersTried === undefined || peersTried > now) return now;
  return peersTried + (waiting.all > 0 ? PEERS_EVERY_MIN : PEERS_IDLE_MIN) * MINUTE_MS;
}

const peersDue = (facts: SyncFacts): boolean =>
  facts.others && facts.place === 'school' && peersAt(facts) <= facts.now;

function nextMoment(settings: SyncSettings, facts: SyncFacts): SyncPlan['next'] {
  const { now, zone } = facts;
  const times: { at: number; moment: Moment }[] = [];
  if (facts.others && facts.place === 'school' && facts.waiting.all > 0)
    times.push({ at: peersAt(facts), moment: 'peers' });
  if (facts.commune && !isCarried(facts)) {
    const offset = Math.floor(windowMinutes(settings.night) * SPREAD_PART * facts.spread) * MINUTE_MS;
    const tonight = isNight(settings, facts) && now < nightBegins(settings, facts);
    const at = tonight ? nightBegins(settings, facts) : nextLocal(now, zone, settings.night.from) + offset;
    // On battery the night is for another computer: this one goes when it is opened in the morning.
    times.push(
      facts.mains === false
        ? { at: nextLocal(now, zone, settings.night.to), moment: 'morning' }
        : { at, moment: 'night' },
    );
  }
  const later = times.filter(({ at }) => at > now).sort((a, b) => a.at - b.at);
  return later[0];
}

function statesOf(settings: SyncSettings, facts: SyncFacts): LineState[] {
  const month = settings.monthBytes !== null && facts.spent.month >= settings.monthBytes;
  const night = settings.nightBytes !== null && facts.spent.night >= settings.nightBytes;
  return [
    ...(facts.commune && facts.failures > 0 ? (['line-absent'] as const) : []),
    ...(settings.metered ? (['metered'] as const) : []),
    ...(month ? (['month-spent'] as const) : []),
    ...(night && !month ? (['night-spent'] as const) : []),
    ...(month || night ? (['urgent-only'] as const) : []),
  ];
}
