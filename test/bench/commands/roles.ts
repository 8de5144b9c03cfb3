import { createHash, randomBytes } from 'node:crypto';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { LessonView } from '../../../src/contract/staff/classroom';
import { connectPupil, type PupilClient } from '../../../src/demo/pupils/client';
import { makePupilKey, type PupilKey } from '../../../src/demo/pupils/keys';
import type { Id } from '../../../src/domain/id';
import { systemTimers } from '../../../src/main/cart/timers';
import { createBinaryDoor } from '../../../src/main/doors/loopback/binary-door';
import { createHost } from '../../../src/main/host';
import { silentLogger } from '../../../src/main/log/logger';
import { schoolNetwork } from '../../../src/main/school-network';
import { answerParent } from '../link/role';
import { ask, REHEARSAL } from '../start/school';

export interface PosteOrder {
  readonly folder: string;
  readonly machineSecret: string;
  readonly head: Id<'staff'>;
  readonly pupilFolder: string;
  readonly address: string;
  readonly devices: number;
}
export interface DoorAt {
  readonly origin: string;
  readonly root: string;
  readonly codes: readonly string[];
}
export interface Downloaded {
  /** ms since 1970 when each device had the whole document and its hash was right; 0 where it has not. */
  readonly at: readonly number[];
  readonly bytes: number;
}
/** What a device does with a document: reads it, reads a byte now and then, or goes and comes back. */
export type Manner = 'good' | 'slow' | 'flapping';

const WINDOW = 'bench';
const CAPABILITIES = { battery: false, touch: true, camera: false, keys: true, capture: false };

/** The product's host with its LAN door on the room's network. */
export async function posteRole(): Promise<void> {
  let host: Awaited<ReturnType<typeof createHost>> | undefined;
  const binary = createBinaryDoor(randomBytes);
  const open = () => {
    if (!host) throw new Error('no host');
    return host;
  };
  answerParent({
    async open({ folder, machineSecret, head, pupilFolder, address, devices }: PosteOrder): Promise<DoorAt> {
      host = await createHost({
        dataFolder: folder,
        keys: { machineSecret: Buffer.from(machineSecret, 'base64') },
        keychain: 'os',
        demonstration: false,
        clock: Date.now,
        random: randomBytes,
        binary,
        outside: {
          timers: systemTimers,
          pupilFolder,
          ...schoolNetwork(REHEARSAL, silentLogger),
          lan: { host: address, securePort: 0, plainPort: 0, addresses: () => [address] },
        },
      });
      await host.welcome(head);
      await ask(host, 'classroom.open', { mode: 'numbered', title: 'Mesure' });
      const codes: string[] = [];
      for (let n = 1; n <= devices; n += 1)
        codes.push(
          (
            await ask<{ code: string }>(host, 'devices.startEnrolment', {
              label: `Tablette ${n}`,
              kind: 'tablet',
            })
          ).code,
        );
      const door = host.rooms()?.door();
      const origin = door?.url();
      if (!door || !origin) throw new Error('the LAN door is not open');
      return { origin: new URL(origin).origin, root: door.root, codes };
    },
    /** The lesson ends: the school's next poste finds none open. */
    async close(): Promise<number> {
      await ask(open(), 'classroom.close', {});
      await open().close();
      return 0;
    },
    /** @returns when the teacher's click arrived, ms since 1970 */
    async send({ bytes }: { bytes: number }): Promise<number> {
      const content = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(bytes - 9)]);
      const upload = await binary.area.put(WINDOW, 'fiche.pdf', 'application/pdf', Readable.from([content]));
      const at = Date.now();
      await ask(open(), 'classroom.sendFile', { title: 'Fiche', upload, answer: false, to: 'all' });
      return at;
    },
    /**
     * @param without labels of devices that nobody waits for
     * @returns ms until each of the others was said to show it, round after round
     */
    async attention({ rounds, without }: { rounds: number; without: readonly string[] }): Promise<number[]> {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const begun = performance.now();
        const seen = new Set<string>();
        await ask(open(), 'classroom.attention', { on: true, minutes: 1 });
        for (let all = 1; seen.size < all && performance.now() - begun < 10_000;) {
          const { lesson } = await ask<{ lesson: LessonView }>(open(), 'classroom.state', {});
          const seats = lesson.seats.filter((seat) => seat.joined && !without.includes(seat.label));
          all = seats.length;
          for (const { key, attention } of seats)
            if (attention === 'shown' && !seen.has(key)) {
              seen.add(key);
              times.push(performance.now() - begun);
            }
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        await ask(open(), 'classroom.attention', { on: false });
      }
      return times;
    },
  });
  return Promise.resolve();
}

/** Programs that speak the pupil's protocol over the true door, each over TLS of its own. */
export async function devicesRole(): Promise<void> {
  const clients: PupilClient[] = [];
  const keys: { readonly key: PupilKey; readonly keyId: string }[] = [];
  let flapping = false;
  let door: DoorAt | undefined;
  let stop: (() => void)[] = [];
  answerParent({
    async enter(at: DoorAt): Promise<number> {
      door = at;
      for (const code of at.codes) {
        const client = await connectPupil({ origin: at.origin, root: at.root, capabilities: CAPABILITIES });
        const key = makePupilKey();
        await client.hello();
        const { keyId } = await client.request('door.enrol', { code, publicKey: key.publicKey });
        await sit(client);
        clients.push(client);
        keys.push({ key, keyId });
      }
      return clients.length;
    },
    /** Waits for a document on the devices that read it, and gives up the others when those have it. */
    async download({ manners }: { manners: readonly Manner[] }): Promise<Downloaded> {
      const root = door?.root ?? '';
      let bytes = 0;
      const at = manners.map(() => 0);
      const good: Promise<void>[] = [];
      for (const [n, manner] of manners.entries()) {
        const client = clients[n];
        if (!client) continue;
        const run = client.next('lesson.item').then(async (item) => {
          const size = await fetchFile(`${client.origin}${item.url}`, root, manner, item.sha256, (end) =>
            stop.push(end),
          );
          if (manner !== 'good') return;
          at[n] = Date.now();
          bytes += size;
          await client.request('lesson.outcome', { item: item.id, outcome: 'done' });
        });
        if (manner === 'good') good.push(run);
        else run.catch(() => undefined);
      }
      await Promise.all(good);
      for (const end of stop) end();
      stop = [];
      return { at, bytes };
    },
    /** One reads nothing any more, as a tablet whose lid was closed; another goes and comes back twice a second. */
    break({ dead, flaps }: { dead: number; flaps: number }): Promise<number> {
      clients[dead]?.socket.pause();
      flapping = true;
      void flap(flaps);
      return Promise.resolve(dead);
    },
    calm(): Promise<number> {
      flapping = false;
      return Promise.resolve(clients.length);
    },
  });
  return Promise.resolve();

  async function sit(client: PupilClient): Promise<void> {
    client.on('lesson.attention', ({ on }) => {
      if (!client.socket.isPaused) client.request('lesson.attentionShown', { on }).catch(() => undefined);
    });
    await client.request('join.takeSeat', {});
    await client.request('lesson.activity', { screen: 'home', visible: true });
  }
  async function flap(device: number): Promise<void> {
    const own = keys[device];
    if (!door || !own) return;
    while (flapping) {
      clients[device]?.socket.terminate();
      await new Promise((resolve) => setTimeout(resolve, 250));
      const client = await connectPupil({
        origin: door.origin,
        root: door.root,
        capabilities: CAPABILITIES,
      }).catch(() => undefined);
      if (!client) continue;
      clients[device] = client;
      await client
        .enter(own.key, own.keyId)
        .then(() => sit(client))
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

function fetchFile(
  url: string,
  ca: string,
  manner: Manner,
  sha256: string | undefined,
  onEnd: (end: () => void) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    let size = 0;
    const request = get(url, { ca, agent: new Agent({ keepAlive: false }) }, (response) => {
      if (manner === 'slow') {
        response.pause();
        return;
      }
      response.on('data', (piece: Buffer) => {
        hash.update(piece);
        size += piece.length;
        // Gone in the middle, and back at the beginning: the worst a device does to the line.
        if (manner === 'flapping' && size > 500_000) {
          request.destroy();
          setTimeout(() => void fetchFile(url, ca, manner, sha256, onEnd).catch(() => undefined), 200);
        }
      });
      response.on('end', () => {
        if (hash.digest('hex') === sha256) resolve(size);
        else reject(new Error('the document came broken'));
      });
      response.on('error', reject);
    });
    onEnd(() => request.destroy());
    request.on('error', reject);
  });
}

export const folderOf = (dataFolder: string): string => join(dataFolder, 'school');
