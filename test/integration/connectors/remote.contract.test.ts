import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { idFrom } from '../../../src/domain/id';
import type { RemoteConnector } from '../../../src/main/classroom/connectors/remote';
import { createRfb } from '../../../src/main/classroom/connectors/rfb/connector';
import { createPictures } from '../../../src/main/classroom/connectors/rfb/thread';
import { createVeyon } from '../../../src/main/classroom/connectors/veyon/connector';
import { needs } from '../../needs';
import { startVncServers, vncIsHere, type VncServer, type VncServers } from '../../peers/rfb/servers';
import { startVeyonFleet, veyonIsHere, type VeyonFleet, type VeyonPeer } from '../../peers/veyon/fleet';
import { connectorContract, Told, type ContractBench, type Expected } from './contract';

const deviceId = (n: number) => idFrom('device', Buffer.alloc(9, n + 1));

type Peer = Pick<VeyonPeer | VncServer, 'address' | 'port' | 'kill' | 'restart' | 'freeze' | 'thaw'>;

function benchOf(
  peers: readonly Peer[],
  create: (parts: {
    readonly clock: () => number;
    readonly events: Told['events'];
    readonly pictures: ReturnType<typeof createPictures>;
  }) => RemoteConnector,
): ContractBench {
  const told = new Told();
  const pictures = createPictures();
  const connector = create({ clock: () => Date.now(), events: told.events, pictures });
  const [device, other] = peers.slice(0, 2).map((peer, n) => {
    const id = deviceId(n);
    connector.keep(id, { host: peer.address, port: peer.port });
    return {
      id,
      die: () => peer.kill(),
      revive: () => peer.restart(),
      freeze: () => peer.freeze(),
      thaw: () => peer.thaw(),
    };
  });
  if (!device || !other) throw new Error('two peers are needed');
  let stopped: Promise<void> | undefined;
  return {
    connector,
    device,
    other,
    told,
    stop: () => (stopped ??= connector.close().then(() => pictures.close())),
  };
}

const NOTHING: Expected = {
  screen: ['done'],
  lock: ['impossible'],
  message: ['impossible'],
  'open-page': ['impossible'],
  'open-file': ['impossible'],
  'start-app': ['impossible'],
  'stop-app': ['impossible'],
  demo: ['impossible'],
  power: ['impossible'],
  // No Ethernet address is known on loopback.
  wake: ['impossible'],
  proxy: ['impossible'],
  clean: ['impossible'],
  help: ['done'],
};

describe('Veyon: two real veyon-servers', needs(veyonIsHere, 'Veyon, Xvnc or root is missing'), () => {
  let fleet: VeyonFleet;
  beforeAll(async () => {
    fleet = await startVeyonFleet(2);
  });
  afterAll(() => fleet.stop());
  connectorContract(
    () => {
      const key = { name: fleet.keyName, privateKey: createPrivateKey(fleet.privateKey) };
      return Promise.resolve(benchOf(fleet.peers, (parts) => createVeyon({ ...parts, key: () => key })));
    },
    {
      ...NOTHING,
      // 4.7.5 believes it has locked, on X11 it has not: docs/drivers/veyon.md.
      lock: ['asked', 'done'],
      message: ['done'],
      'open-page': ['done'],
      'start-app': ['done'],
      demo: ['done'],
      power: ['done'],
    },
  );
});

describe.each([
  ['TigerVNC without a password', 'Xvnc', undefined],
  ['TigerVNC with a password', 'Xvnc', 'secret9+'],
  ['x11vnc with a password', 'x11vnc', 'secret'],
] as const)('VNC: %s', needs(vncIsHere, 'Xvnc, x11vnc or tigervncpasswd is missing'), (_, kind, password) => {
  let servers: VncServers;
  beforeAll(async () => {
    servers = await startVncServers(2, { kind, password });
  });
  afterAll(() => servers.stop());
  connectorContract(
    () =>
      Promise.resolve(benchOf(servers.peers, (parts) => createRfb({ ...parts, password: () => password }))),
    NOTHING,
  );
});
