import { createServer as createPlainServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { MAX_SCREEN_CHUNK } from '../../../contract/pupil/frames';
import type { DeviceKind } from '../../../domain/device/device';
import type { Disposable } from '../../capability';
import type { DoorAddresses } from '../../devices/service';
import type { DoorLinks } from '../../classroom/ports';
import type { LanDoorDeps } from './deps';
import { createAddressBook, DOOR_LIMITS, type DoorLimits } from './limits';
import { listen, protect } from './listen';
import { createRequestHandler, type DoorHere } from './requests';
import { createPupilSockets } from './sockets';
import { createStaticApp } from './static-app';

export interface LanDoor extends DoorAddresses, DoorLinks, Disposable {
  readonly securePort: number;
  readonly plainPort: number;
  /** PEM of the school's root: what an adult makes a device trust. */
  readonly root: string;
  /** Pupils' connections open now. */
  readonly connections: number;
  /** Looks at the addresses now instead of at the next turn: a new one gets a new leaf. */
  refreshAddresses(): void;
}

/** How often the network's addresses are looked at, ms. */
const ADDRESS_TURN = 5_000;

/**
 * The door on the school's network (docs/lan-door.md): HTTPS and secure WebSocket for enrolled devices, plain HTTP for the
 * steps of an enrolment and for visitors. Built from the pupil contract alone.
 */
export async function openLanDoor(deps: LanDoorDeps): Promise<LanDoor> {
  const limits: DoorLimits = { ...DOOR_LIMITS, ...deps.limits };
  const { certificates, bind, timers } = deps;
  let addresses = bind.addresses();
  const book = createAddressBook(limits, deps.clock);
  const sockets = createPupilSockets(deps, limits);
  const tcp = new Set<Socket>();
  const ports = { secure: 0, plain: 0 };

  const namesNow = (): string[] => [...(deps.announcer ? [certificates.host] : []), ...addresses];
  const hosts = (kind: 'secure' | 'plain'): ReadonlySet<string> =>
    new Set([certificates.host, ...addresses].map((name) => `${name}:${ports[kind]}`));
  const secureUrl = (): string => `https://${addresses[0] ?? certificates.host}:${ports.secure}`;
  const here: DoorHere = { hosts, secureUrl };
  const app = createStaticApp(deps.pupilFolder);
  const tools = { app, book, here, stalled: limits.stalled };

  const secure = createSecureServer(
    { ...certificates.issue(addresses), minVersion: 'TLSv1.2', handshakeTimeout: 10_000 },
    createRequestHandler(deps, 'secure', tools),
  );
  const plain = createPlainServer(createRequestHandler(deps, 'plain', tools));
  const upgrader = new WebSocketServer({
    noServer: true,
    // Compression costs a slow tablet more than it saves, and its memory is an attacker's lever.
    perMessageDeflate: false,
    maxPayload: MAX_SCREEN_CHUNK,
    // One frame of a device, then the others' turn, however many came in one read.
    allowSynchronousEvents: false,
  });
  const upgrade =
    (kind: 'secure' | 'plain', scheme: string) =>
    (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      const path = (request.url ?? '').split('?')[0];
      const origin = request.headers.origin ?? '';
      const expected = [...hosts(kind)].map((host) => `${scheme}://${host}`);
      const known = path === '/pupil' || (kind === 'plain' && path === '/visitor');
      // Another site's page may not speak for this device (cross-site WebSocket hijacking).
      if (!known || !expected.includes(origin) || !hosts(kind).has(request.headers.host ?? ''))
        return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      if (!book.request(request.socket.remoteAddress ?? ''))
        return void socket.end(
          'HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
        );
      request.socket.setTimeout(0);
      upgrader.handleUpgrade(request, socket, head, (accepted) =>
        sockets.accept(accepted, request, kind === 'secure' ? 'secure' : 'visitor', origin),
      );
    };
  secure.on('upgrade', upgrade('secure', 'https'));
  plain.on('upgrade', upgrade('plain', 'http'));
  secure.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    // A browser that does not trust the school, or believes it is 2010, says so in a TLS alert and goes.
    const from = socket.remoteAddress;
    if (
      from !== undefined &&
      /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_(UNKNOWN|EXPIRED))/.test(error.code ?? '')
    )
      deps.gate.tools.check.notice(from.replace(/^::ffff:/, ''), { refusedCertificate: true });
    socket.destroy();
  });
  protect(secure, book, tcp);
  protect(plain, book, tcp);

  ports.secure = await listen(secure, bind.host, bind.securePort);
  ports.plain = await listen(plain, bind.host, bind.plainPort);
  if (bind.securePort !== 0 && ports.secure !== bind.securePort)
    deps.log.warn('lan.port', { wanted: bind.securePort, got: ports.secure });
  const announce = (): void =>
    deps.announcer?.announce({ host: certificates.host, port: ports.secure, addresses });
  announce();
  deps.log.info('lan.open', { secure: ports.secure, plain: ports.plain });

  function refreshAddresses(): void {
    const now = bind.addresses();
    if (now.join() === addresses.join()) return;
    addresses = now;
    secure.setSecureContext(certificates.issue(addresses));
    announce();
    deps.log.info('lan.readdressed', { addresses: addresses.length });
  }
  let cancelTurn = timers.after(ADDRESS_TURN, turn);
  function turn(): void {
    refreshAddresses();
    cancelTurn = timers.after(ADDRESS_TURN, turn);
  }

  let closing: Promise<void> | undefined;
  async function shut(): Promise<void> {
    cancelTurn();
    sockets.closeAll();
    const ended = [secure, plain].map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    upgrader.close();
    for (const socket of tcp) socket.destroySoon();
    // A peer that does not take its leave is left behind.
    const cancel = timers.after(1_000, () => tcp.forEach((socket) => socket.destroy()));
    await Promise.all([...ended, deps.announcer?.close()]);
    cancel();
  }
  return {
    root: certificates.root,
    get securePort() {
      return ports.secure;
    },
    get plainPort() {
      return ports.plain;
    },
    get connections() {
      return sockets.size;
    },
    origins: () => [...hosts('secure')].map((host) => `https://${host}`),
    originFor(kind: DeviceKind) {
      const [address] = addresses;
      const name = kind === 'computer' && deps.announcer ? certificates.host : address;
      return name && `https://${name}:${ports.secure}`;
    },
    plain: () => addresses[0] && `http://${addresses[0]}:${ports.plain}/installer`,
    url: () => (namesNow().length > 0 ? secureUrl() : undefined),
    namedUrl: () => (deps.announcer ? `https://${certificates.host}:${ports.secure}` : undefined),
    plainUrl: () => addresses[0] && `http://${addresses[0]}:${ports.plain}`,
    refreshAddresses,
    close: () => (closing ??= shut()),
  };
}
