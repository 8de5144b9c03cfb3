/**
 * Names of sites as a teacher types them and as a proxy meets them (CARINE INF-SEC-8; CARMO #9.2). A name covers itself and
 * everything under it: `vikidia.org` covers `fr.vikidia.org`.
 */

/** Names a lesson's list may hold; more is a filter, not a lesson. */
export const MAX_SITES = 200;

/**
 * The host of an address or of a bare name, in ASCII and lower case; undefined for what is neither. A name without a dot
 * and an address of a private network are no sites: nothing on the school's network is reached through the filter.
 */
export function siteOf(typed: string): string | undefined {
  const text = typed.trim();
  if (text === '' || text.length > 2_000 || /\s/.test(text)) return undefined;
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname } = new URL(address);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  const host = hostname.replace(/\.$/, '').replace(/^www\./, '');
  return isSite(host) ? host : undefined;
}

const NAME = /^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/;
const isSite = (host: string): boolean => NAME.test(host) && !isAddress(host);

/**
 * A bracketed IPv6 address, or IPv4 in any of the dresses a resolver knows (`203.0.113.80`, `3405803856`, `0xcb.0.0x71.80`): what
 * ends in a number is no name (WHATWG URL, 3.5).
 */
export const isAddress = (host: string): boolean =>
  host.startsWith('[') || /(^|\.)(\d+|0x[\da-f]*)\.?$/i.test(host);

/** The name and each name above it, longest first, down to two labels: `a.b.org`, `b.org`. */
export function namesAbove(host: string): string[] {
  const labels = host.split('.');
  return labels.slice(0, -1).map((_label, index) => labels.slice(index).join('.'));
}

/** True where one of `names` covers the host. */
export const covers = (names: ReadonlySet<string>, host: string): boolean =>
  namesAbove(host).some((name) => names.has(name));
