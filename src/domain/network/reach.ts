/**
 * « Trouvé mais ne répond pas »: from what one computer can observe of another on the school's network, the likely cause
 * and so the one gesture that may help (issue 3). Nothing here is certain; the order is that of what a technician of a
 * town hall meets: https://learn.microsoft.com/windows/security/operating-system-security/network-security/windows-firewall
 * (profiles: a « public » network refuses what nobody asked for), client isolation of Wi-Fi points, one VLAN for the
 * office and another for the classes.
 */
export const REACH_CAUSES = [
  /** It answers and has proved who it is. */
  'answers',
  /** This computer has no address on a network. */
  'no-network',
  /** Nothing of it is to be seen, here or where it was. */
  'away',
  /** It was there and has gone quiet: asleep, or switched off. */
  'asleep',
  /** The computer is there, Préau is not open on it. */
  'closed',
  /** It announces itself and lets nobody in: a firewall, on Windows the « public » profile. */
  'firewall',
  /** On the same network nobody hears anybody: the Wi-Fi point keeps its clients apart. */
  'isolation',
  /** It is on another network, which lets nothing through. */
  'other-network',
  /** Another computer has that address now; this one has not shown itself since. */
  'someone-else',
  /** It speaks, but not as this Préau does. */
  'other-version',
  /** Something cuts the conversation: a filter, an antivirus. */
  'filtered',
] as const;
export type ReachCause = (typeof REACH_CAUSES)[number];

/** What was seen of one poste, and around it. */
export interface ReachEvidence {
  /** It announces itself right now (mDNS). */
  readonly announced: boolean;
  /** How a connection to its address ended; undefined where no address of it is known. */
  readonly connection: 'open' | 'refused' | 'timeout' | 'reset' | 'unreachable' | undefined;
  /** Who answered on an open connection: the poste itself, another one, something that broke off, something older. */
  readonly answer?: 'proven' | 'stranger' | 'broken' | 'unreadable' | undefined;
  /** Its address lies in a network of this computer. */
  readonly sameNetwork: boolean;
  /** This computer has a private address. */
  readonly connected: boolean;
  /** Another poste of the school answers, so that this computer and its network work. */
  readonly othersAnswer: boolean;
  /** Anybody announces themselves on this network. */
  readonly othersAnnounced: boolean;
}

export function reachCause(seen: ReachEvidence): ReachCause {
  if (seen.connection === 'open') {
    if (seen.answer === 'proven') return 'answers';
    if (seen.answer === 'stranger') return 'someone-else';
    return seen.answer === 'broken' ? 'filtered' : 'other-version';
  }
  if (!seen.connected) return 'no-network';
  if (seen.connection === undefined) return 'away';
  if (seen.connection === 'refused') return 'closed';
  if (seen.connection === 'reset') return 'filtered';
  if (!seen.sameNetwork) return 'other-network';
  // What it shouts is heard, what is said to it is not.
  if (seen.announced) return seen.connection === 'timeout' ? 'firewall' : 'isolation';
  // Silence: its own where others speak, everybody's where nobody does.
  return seen.othersAnswer || seen.othersAnnounced ? 'asleep' : 'isolation';
}

/** True when an IPv4 address lies in the same network as one of this computer's. @param own address and mask, dotted */
export function isSameNetwork(
  address: string,
  own: readonly { readonly address: string; readonly netmask: string }[],
): boolean {
  const there = bits(address);
  return own.some(({ address: here, netmask }) => {
    const [mine, mask] = [bits(here), bits(netmask)];
    if (there === undefined || mine === undefined || mask === undefined) return false;
    return (there & mask) >>> 0 === (mine & mask) >>> 0;
  });
}

function bits(dotted: string): number | undefined {
  const parts = dotted.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}
