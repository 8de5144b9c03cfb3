/** The staff interface's own scheme: a standard, secure origin that no network can impersonate. */
export const STAFF_SCHEME = 'preau';
export const STAFF_ORIGIN = `${STAFF_SCHEME}://app`;
export const STAFF_PAGE = `${STAFF_ORIGIN}/index.html`;

/**
 * Nothing of a page is written to disk by Chromium: no name may be readable by someone who steals the laptop
 * (DESIGN 3), and a partition without `persist:` lives in memory.
 */
export const STAFF_PARTITION = 'staff';

export function isStaffPage(url: string): boolean {
  return url === STAFF_ORIGIN || url.startsWith(`${STAFF_ORIGIN}/`);
}
