import { covers, isAddress } from './sites';

/** Cut, these sites only, or open (CARMO-48: allow, restrict or block, for a time, by teaching aim). */
export const INTERNET_MODES = ['off', 'list', 'on'] as const;
export type InternetMode = (typeof INTERNET_MODES)[number];

/** Why a child does not reach a site. */
export const REFUSALS = ['off', 'not-listed', 'blocked', 'category', 'address'] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface InternetRules {
  readonly mode: InternetMode;
  /** The lesson's list, with the hosts of pages sent in it. */
  readonly sites: ReadonlySet<string>;
  /** The school's own: always, never. « Never » wins. */
  readonly allowed: ReadonlySet<string>;
  readonly blocked: ReadonlySet<string>;
  /** In one of the university of Toulouse's lists the school has chosen. */
  readonly listed: (host: string) => boolean;
}

/**
 * Whether a device of the lesson may reach a host, and if not why. An address instead of a name is refused: no list
 * could say anything of it, and it is how a filter is gone round.
 */
export function judgeHost(host: string, rules: InternetRules): Refusal | undefined {
  if (rules.mode === 'off') return 'off';
  if (isAddress(host)) return 'address';
  if (covers(rules.blocked, host)) return 'blocked';
  if (rules.mode === 'list') return covers(rules.sites, host) ? undefined : 'not-listed';
  if (covers(rules.allowed, host)) return undefined;
  return rules.listed(host) ? 'category' : undefined;
}
