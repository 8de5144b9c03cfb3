import * as v from 'valibot';
import { privateAddresses } from './doors/lan/addresses';
import { createBonjourAnnouncer } from './doors/lan/bonjour-announcer';
import { SCHOOL_PORTS } from './doors/lan/deps';
import { knownAddresses } from './postes/discovery';
import { mdnsDiscovery } from './postes/mdns';
import type { Logger } from './capability';
import type { Outside } from './rooms';

/** Where the other postes of the school knock; any free port where it is taken, mDNS says which. */
const POSTE_PORT = 8444;

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const rehearsalSchema = v.strictObject({
  /** Ports of the pupils' door, HTTPS and plain; 0 for any. */
  secure: port,
  plain: port,
  /** Port of the door between postes. */
  poste: v.optional(port, 0),
  /** Runs come by themselves all the same, at their moments. */
  byItself: v.optional(v.boolean(), false),
  /** Other postes on this computer, in place of mDNS: `127.0.0.1:8601`. */
  neighbours: v.optional(v.array(v.pipe(v.string(), v.regex(/^127\.0\.0\.1:\d+$/))), []),
});
export type Rehearsal = v.InferOutput<typeof rehearsalSchema>;

/**
 * A rehearsal of the school's network on one computer: `PREAU_LAN={"secure":0,"plain":0}` opens every door on loopback
 * and announces nothing. The end-to-end tests run so, several postes side by side.
 * @throws v.ValiError when the variable is there and is not that
 */
export function rehearsalOf(env: NodeJS.ProcessEnv): Rehearsal | undefined {
  const said = env['PREAU_LAN'];
  return said ? v.parse(rehearsalSchema, JSON.parse(said)) : undefined;
}

/** The doors of the school's network, announced by mDNS; or their rehearsal. */
export function schoolNetwork(
  rehearsal: Rehearsal | undefined,
  log: Logger,
): Pick<Outside, 'lan' | 'announcer' | 'postes' | 'byItself'> {
  if (!rehearsal) {
    return {
      byItself: true,
      lan: { host: '0.0.0.0', ...SCHOOL_PORTS, addresses: privateAddresses },
      announcer: () => createBonjourAnnouncer((error) => log.warn('mdns.announce', { error: error.name })),
      postes: {
        discovery: () => mdnsDiscovery((code) => log.warn('mdns.discovery', { code }), privateAddresses),
        listen: { host: '0.0.0.0', port: POSTE_PORT },
      },
    };
  }
  const { secure: securePort, plain: plainPort, poste, neighbours } = rehearsal;
  const near = neighbours.map((address) => ({ host: '127.0.0.1', port: Number(address.split(':')[1]) }));
  return {
    byItself: rehearsal.byItself,
    lan: { host: '127.0.0.1', securePort, plainPort, addresses: () => ['127.0.0.1'] },
    postes: { discovery: () => knownAddresses(() => near), listen: { host: '127.0.0.1', port: poste } },
  };
}
