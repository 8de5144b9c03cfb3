import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { RequestError, Server } from 'proxy-chain';
import type { Refusal } from '../../../domain/internet/judge';
import { refusalPage } from './refusal-page';

export interface FilterProxy {
  readonly port: number;
  close(): Promise<void>;
}

export interface FilterProxyDeps {
  readonly host: string;
  /** 0 for any. */
  readonly port: number;
  /** Asked for every request. */
  judge(request: { readonly host: string; readonly from: string }): Refusal | undefined;
  /** May this address of the network use the proxy at all? */
  welcome(from: string): boolean;
  /** Names resolve through this; tests hand in their own. */
  readonly resolve?: typeof lookup;
}

const PORTS = new Set([80, 443, 8080, 8443]);
/** Connections of one address: a class behind one Wi-Fi point, each browser with the 32 it opens to a proxy. And of all. */
const MOST_OF_ONE = 1_000;
const MOST = 2_500;
/** ms to say what is asked for. */
const HEADERS_WITHIN = 10_000;

/**
 * The filter between the devices of a class and the Internet: HTTP, and CONNECT for the rest. It looks at names, opens no
 * secure conversation, writes nothing down, and leads nowhere on the school's own network.
 */
export async function openFilterProxy(deps: FilterProxyDeps): Promise<FilterProxy> {
  const resolve = deps.resolve ?? lookup;
  const server = new Server({
    host: deps.host,
    port: deps.port,
    authRealm: 'preau',
    prepareRequestFunction({ request, hostname, port, isHttp }) {
      const from = plainAddress(request.socket.remoteAddress ?? '');
      if (!deps.welcome(from)) throw new RequestError('', 403);
      const host = nameOf(hostname);
      const refusal =
        PORTS.has(port) && asksFor(request.rawHeaders, host) ? deps.judge({ host, from }) : 'address';
      if (refusal === undefined) return { dnsLookup: publicOnly(resolve) };
      // Behind CONNECT a browser shows its own words; the pupil app says ours (`internet.refused`).
      if (!isHttp) throw new RequestError('', 403);
      return {
        customResponseFunction: () => ({
          statusCode: 403,
          headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
          body: refusalPage(refusal),
        }),
      };
    },
  });
  server.server.headersTimeout = HEADERS_WITHIN;
  server.server.maxConnections = MOST;
  const open = new Map<string, number>();
  server.server.on('connection', (socket: Socket) => {
    const from = socket.remoteAddress ?? '';
    const count = (open.get(from) ?? 0) + 1;
    open.set(from, count);
    socket.once('close', () => {
      const left = (open.get(from) ?? 1) - 1;
      if (left > 0) open.set(from, left);
      else open.delete(from);
    });
    if (count > MOST_OF_ONE) socket.destroy();
  });
  await server.listen();
  return {
    get port() {
      return server.port;
    },
    close: () => server.close(true),
  };
}

/** Several sites share one address: what is asked of it must be what was judged. */
const asksFor = (rawHeaders: readonly string[], host: string): boolean =>
  rawHeaders.every(
    (value, at) =>
      at % 2 === 0 ||
      rawHeaders[at - 1]?.toLowerCase() !== 'host' ||
      nameOf(value.replace(/:\d*$/, '')) === host,
  );
const nameOf = (host: string): string => host.toLowerCase().replace(/\.$/, '');
const plainAddress = (address: string): string => address.replace(/^::ffff:/, '');

/** A name that answers with an address of the school's network leads nowhere (DNS rebinding). */
function publicOnly(resolve: typeof lookup): typeof lookup {
  const guarded = (
    hostname: string,
    options: LookupOptions,
    done: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
  ): void => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const ours = ownNetworks(networkInterfaces());
      const open = error ? [] : found.filter(({ address }) => isPublic(address) && !ours(address));
      const [first] = open;
      if (!first) return done(error ?? Object.assign(new Error('private'), { code: 'ENOTFOUND' }), '');
      if (options.all) done(null, open);
      else done(null, first.address, first.family);
    });
  };
  // `lookup` is overloaded five times; the proxy calls this one.
  return guarded as typeof lookup;
}

/** Whether an address is on a network this computer is part of: where it has public ones, they are the school's all the same. */
export function ownNetworks(interfaces: ReturnType<typeof networkInterfaces>): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, cidr, family, internal } of Object.values(interfaces).flatMap((one) => one ?? []))
    if (!internal && cidr !== null)
      list.addSubnet(address, Number(cidr.split('/')[1]), family === 'IPv6' ? 'ipv6' : 'ipv4');
  return (address) => {
    const plain = plainAddress(address);
    return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  };
}

/** Anything but the networks that RFC 6890 keeps for a house, a machine or nobody. */
export function isPublic(address: string): boolean {
  const plain = plainAddress(address);
  if (isIP(plain) === 6) return /^[23]/.test(plain);
  const [a = 0, b = 0] = plain.split('.').map(Number);
  return !(
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b <= 127) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && (b === 168 || b === 0)) ||
    (a === 198 && (b === 18 || b === 19))
  );
}
