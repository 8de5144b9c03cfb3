import type { Random } from '../../capability';

/** A ticket is good once; a token is good as long as its connection. Both are 128 random bits or more. */
export interface Tokens {
  /** One-time code that opens a new connection, e.g. in the printed loopback link. */
  issueTicket(): string;
  redeemTicket(ticket: string): boolean;
  /** The token a connection shows to fetch files and media. The same on every call. */
  tokenOf(connection: string): string;
  connectionOf(token: string): string | undefined;
  forget(connection: string): void;
}

export function createTokens(random: Random): Tokens {
  const tickets = new Set<string>();
  const byToken = new Map<string, string>();
  const byConnection = new Map<string, string>();
  return {
    issueTicket() {
      const ticket = random(16).toString('base64url');
      tickets.add(ticket);
      return ticket;
    },
    redeemTicket: (ticket) => tickets.delete(ticket),
    tokenOf(connection) {
      const known = byConnection.get(connection);
      if (known) return known;
      const token = random(24).toString('base64url');
      byToken.set(token, connection);
      byConnection.set(connection, token);
      return token;
    },
    connectionOf: (token) => byToken.get(token),
    forget(connection) {
      const token = byConnection.get(connection);
      if (token) byToken.delete(token);
      byConnection.delete(connection);
    },
  };
}
