/**
 * The wall of a lesson: the product's own window and host on one side, four true pupil apps and 26 devices that replay
 * what a true one captured on the other. See docs/performance.md.
 *
 * Bytes are TCP payload both ways, TLS and WebSocket heads included, over the device's connections. CPU and memory are those
 * of the host and of the pages (`--type=renderer`); what Chromium spends besides to bring pictures to the glass is a figure
 * of its own. The machine has no GPU and carries both sides.
 * Options: --app=<folder> --only=first|light|live --seconds=20
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { optionOf, tenth, type BenchContext, type Figure } from './bench';
import { prepareSchool } from './start/school';
import { openEmptyWindow, staffWindow } from './start/windows';
import { median } from './start/pupils';
import type { Content } from './wall/content';
import { cpuSeconds, kbitTo, memoryMb, processesOf } from './wall/costs';
import { openPeer, type Peer } from './wall/peers';
import { openPupils } from './wall/pupils';
import { teacherAt, type Teacher } from './wall/teacher';
import { veyonScroll } from './wall/veyon';

const REAL = 4;
const PEERS = 26;
const TABLETS = 15;
const DOCUMENTS = 2_000;
const GOOD_DB = 30;

export default async function wall({ root, temporaryFolder, say, args }: BenchContext): Promise<Figure[]> {
  const option = optionOf(args);
  const seconds = Number(option('seconds') ?? 20);
  const app = option('app') ?? root;
  const figures: Figure[] = [];
  const figure = (name: string, value: number, unit: string, reach?: string): void => {
    figures.push({ name, value: tenth(value), unit, ...(reach ? { reach } : {}) });
    say(`  ${name} ${tenth(value)} ${unit}`);
  };
  figure('load_average', loadavg()[0] ?? NaN, '');

  const empty = await openEmptyWindow(temporaryFolder);
  const emptyMb = memoryMb(processesOf(empty.app.process().pid ?? 0), ['host', 'renderer']);
  await empty.app.close();

  const school = await prepareSchool(
    join(temporaryFolder, 'data'),
    join(app, 'out', 'renderer', 'pupil'),
    DOCUMENTS,
  );
  const window = await staffWindow(app, school);
  const main = window.app.process().pid ?? 0;
  const teacher = await teacherAt(window.page);
  const peers: Peer[] = [];
  let ours = NaN;
  try {
    await teacher.ask('classroom.open', { mode: 'numbered', title: 'Mesure' });
    const { url, plainUrl } = await teacher.ask<{ url: string; plainUrl: string }>('classroom.joinInfo', {});
    const door = { origin: new URL(url).origin, root: await authorityOf(plainUrl) };
    const port = Number(new URL(url).port);
    const code = (label: string, kind: 'tablet' | 'computer') => enrolment(teacher, label, kind);

    // Light tiles: what a tablet says of itself.
    for (let n = 1; n <= TABLETS; n += 1)
      peers.push(
        await openPeer({ ...door, code: await code(`Tablette ${n}`, 'tablet'), label: '', capture: false }),
      );
    for (const peer of peers) peer.work();
    const light = await kbitTo(port, () => pause(seconds));
    figure('kbit_activity', light.kbit / TABLETS, 'kbit/s', '<=2');
    await Promise.all(peers.splice(0).map((peer) => peer.close()));
    await teacher.ask('classroom.close', {});
    await teacher.ask('classroom.open', { mode: 'numbered', title: 'Mesure' });

    // What four true pupils send.
    const codes: string[] = [];
    for (let n = 1; n <= REAL; n += 1) codes.push(await code(`Ordinateur ${n}`, 'computer'));
    const pupils = await openPupils(door.root, door.origin, codes);
    try {
      const one = await teacher.openWall(REAL);
      say(`Four tiles: ${Math.round(one)} ms`);
      const sent = async (content: Content, length: number): Promise<{ kbit: number; good: number }> => {
        await pupils.show(content);
        await pause(2);
        await wholePictures(teacher);
        const { kbit } = await kbitTo(port, () => pause(length));
        // Apart: comparing pictures costs time that the pupil's page would lack.
        const looking = pupils.quality(length);
        await wholePictures(teacher);
        const db = await looking;
        return { kbit: kbit / REAL, good: (100 * db.filter((value) => value >= GOOD_DB).length) / db.length };
      };
      const typing = await sent('typing', seconds);
      figure('kbit_typing', typing.kbit, 'kbit/s', '<=20');
      figure('typing_frames_30db_percent', typing.good, '%', '>=95');
      const pages = await sent('pages', Math.max(40, seconds));
      figure('kbit_page20s', pages.kbit, 'kbit/s', '<=40');
      figure('page20s_frames_30db_percent', pages.good, '%', '>=95');

      await pupils.show('scroll');
      const scroll = await kbitTo(port, () => pause(seconds));
      ours = scroll.kbit / REAL;
      figure('kbit_scroll', ours, 'kbit/s');
      const recording = await pupils.record(seconds, () => wholePictures(teacher));
      say(`Recorded ${recording.length} pictures`);

      for (let n = 1; n <= PEERS; n += 1) {
        const label = `Poste ${n}`;
        const peer = await openPeer({ ...door, code: await code(label, 'computer'), label, capture: true });
        peer.replay(recording);
        peers.push(peer);
      }
      const all = REAL + PEERS;
      const firsts: number[] = [];
      const held: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        await teacher.leaveWall();
        await pause(1);
        held.push(await teacher.nodes());
        firsts.push(await teacher.openWall(all));
      }
      say(`Nodes held after each leaving: ${held.join(' ')}`);
      // The first was a wall of four; of those after it, what each leaves behind.
      const kept = ((held.at(-1) ?? NaN) - (held[1] ?? NaN)) / (held.length - 2);
      figure('nodes_kept_per_opening', kept, '', '<=20');
      say(`First tiles, each round: ${firsts.map(Math.round).join(' ')} ms`);
      figure('first_tiles_ms', median(firsts), 'ms', '<=700');

      await pause(3);
      const processes = processesOf(main);
      const before = (['host', 'renderer', 'rest'] as const).map((part) => cpuSeconds(processes, [part]));
      const begun = performance.now();
      const { kbit, result } = await kbitTo(port, () => teacher.watch(seconds));
      const took = (performance.now() - begun) / 1_000;
      const used = (['host', 'renderer', 'rest'] as const).map(
        (part, n) => ((cpuSeconds(processes, [part]) - (before[n] ?? 0)) / took) * 100,
      );
      say(`CPU of host, renderers, rest: ${used.map(tenth).join(' ')} %`);
      const rates = result.perSecond.sort((a, b) => a - b);
      say(`Pictures a second, by tile: ${rates.map(tenth).join(' ')}`);
      figure('updates_per_s_at_3mbit', rates.reduce((sum, rate) => sum + rate, 0) / all, '/s', '>=4');
      figure('updates_per_s_slowest', rates.length < all ? 0 : (rates[0] ?? 0), '/s');
      figure('kbit_30_tiles', kbit, 'kbit/s', '<=3000');
      figure('cpu_percent', (used[0] ?? NaN) + (used[1] ?? NaN), '%', '<=40');
      figure('cpu_rest_percent', used[2] ?? NaN, '%');
      const [hostMb, pagesMb] = (['host', 'renderer'] as const).map((part) =>
        Math.round(memoryMb(processesOf(main), [part])),
      );
      say(
        `PSS of host and pages: ${hostMb} and ${pagesMb} MB; of an empty window: ${Math.round(emptyMb)} MB`,
      );
      figure('wall_extra_pss_mb', memoryMb(processesOf(main), ['host', 'renderer']) - emptyMb, 'MB', '<=500');

      await pupils.show('clock');
      await pause(2);
      // The others show a text, in which a clock may be read that is none (seen: 25 of 345).
      const clocks = Array.from({ length: REAL }, (_, n) => `N° ${n + 1}`);
      const { latencies, unread } = await teacher.watch(seconds, clocks);
      latencies.sort((a, b) => a - b);
      say(
        `Latencies: ${latencies.length}, ${unread} not to be read, median ${latencies[latencies.length >> 1]} ms`,
      );
      const share = latencies.length / (latencies.length + unread);
      figure('latency_read_percent', share * 100, '%', '>=80');
      figure('latency_p95_ms', latencies[Math.floor(latencies.length * 0.95)] ?? NaN, 'ms', '<=400');
    } finally {
      await pupils.close();
    }
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
    await window.app.close();
  }
  // After ours, and not beside it: two cores do not carry both. The content and the way it is counted are the same.
  if (!option('only')) {
    const theirs = await veyonScroll(temporaryFolder, seconds, 11_080);
    figure('kbit_scroll_veyon', theirs, 'kbit/s');
    const value = Math.round((ours / theirs) * 100) / 100;
    figures.push({ name: 'scroll_over_veyon', value, unit: '', reach: '<=1' });
  }
  figure('load_average_after', loadavg()[0] ?? NaN, '');
  return figures;
}

const pause = (seconds: number): Promise<void> => new Promise((done) => setTimeout(done, seconds * 1_000));

async function enrolment(teacher: Teacher, label: string, kind: 'tablet' | 'computer'): Promise<string> {
  const { code } = await teacher.ask<{ code: string }>('devices.startEnrolment', { label, kind });
  return code;
}

/** Every tile that streams starts anew. */
async function wholePictures(teacher: Teacher): Promise<void> {
  const { lesson } = await teacher.ask<{ lesson: { seats: { key: string; sharing: boolean }[] } }>(
    'classroom.state',
    {},
  );
  for (const { key, sharing } of lesson.seats)
    if (sharing) await teacher.ask('classroom.keyFrame', { seat: key });
}

/** The school's root as the plain page hands it out. */
async function authorityOf(plainUrl: string): Promise<string> {
  const answer = await fetch(new URL('/ecole.crt', plainUrl));
  const lines =
    Buffer.from(await answer.arrayBuffer())
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
