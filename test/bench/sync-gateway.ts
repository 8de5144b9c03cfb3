/**
 * The first Monday of a town: 200 schools at once on one gateway, `npm run commune` as it stands over its embedded store.
 * In each school a poste has brought 200 documents before; now another brings 200 and takes those, over 27 databases. Time
 * runs for each school from the common start until its night is over: what moved, out, in. Its parcels were packed before, so
 * that the machine is the gateway's. At the end the gateway is stopped and what its store holds is read: every document of
 * every open base, and every parcel taken by the other poste is the one that was written.
 * Options: --schools=200 --documents=200
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { databaseName } from '../../src/domain/audience';
import { embeddedStore } from '../../sync-server/store/embedded-adapter';
import { optionOf, tenth, type BenchContext, type Figure } from './bench';
import { benchClient, type Night } from './sync-gateway/client';
import { gatewayProcess } from './sync-gateway/gateway-process';
import { benchSchool, type BenchSchool } from './sync-gateway/school';

/** Schools made ready at a time, before anything is measured. */
const BEFORE_AT_A_TIME = 20;

export default async function syncGateway({
  root,
  temporaryFolder,
  say,
  args,
}: BenchContext): Promise<Figure[]> {
  const option = (name: string, value: number): number => Number(optionOf(args)(name) ?? value);
  const documents = option('documents', 200);
  const load = loadavg()[0] ?? NaN;
  say(`Load before: ${load.toFixed(1)}. Packing the parcels of ${option('schools', 200)} schools…`);
  const schools: BenchSchool[] = [];
  for (let index = 0; index < option('schools', 200); index++)
    schools.push(await benchSchool(index, documents));
  const folder = join(temporaryFolder, 'commune');
  const gateway = await gatewayProcess(root, folder);
  const beforeAt = performance.now();
  let last = 0;
  for (let at = 0; at < schools.length; at += BEFORE_AT_A_TIME)
    await Promise.all(schools.slice(at, at + BEFORE_AT_A_TIME).map((school) => bringFirst(school, gateway)));
  last = gateway.peaks().cpuS;
  say(
    `The first postes have brought theirs: ${seconds(performance.now() - beforeAt)} s, ${last.toFixed(1)} s of CPU, ${gateway.peaks().files} files. Now all at once.`,
  );

  const began = performance.now();
  const nights = await Promise.all(schools.map((school) => bringSecond(school, gateway.url, began)));
  const all = performance.now() - began;
  const peaks = gateway.peaks();
  await gateway.stop();

  const done = nights.flatMap((one) => (one.night ? [{ ms: one.ms, night: one.night }] : []));
  for (const { failure } of nights.filter((one) => one.failure).slice(0, 5)) say(`  ${failure ?? ''}`);
  const times = done.map(({ ms }) => ms).sort((a, b) => a - b);
  const wrong = schools.filter(
    (school, at) => !isSameSet(nights[at]?.night?.came, school.first.parcels),
  ).length;
  const missing = await missingDocuments(folder, schools);
  const sum = (pick: (night: Night) => number): number =>
    done.reduce((total, { night }) => total + pick(night), 0);
  const figure = (name: string, value: number, unit: string, reach?: string): Figure => ({
    name,
    value,
    unit,
    ...(reach ? { reach } : {}),
  });
  return [
    figure('load_average', tenth(load), ''),
    figure('unfinished', schools.length - done.length, '', '<=0'),
    figure(
      'refused',
      sum(({ refused }) => refused),
      '',
      '<=0',
    ),
    figure('p95_s', tenth((times[Math.ceil(times.length * 0.95) - 1] ?? NaN) / 1000), 's', '<=60'),
    figure('median_s', tenth((times[Math.floor(times.length / 2)] ?? NaN) / 1000), 's'),
    figure('open_files', peaks.files, '', '<=2000'),
    figure('rss_mb', Math.round(peaks.rssMb), 'MB', '<=1024'),
    figure('documents_missing', missing, '', '<=0'),
    figure('pulls_wrong', wrong, '', '<=0'),
    figure('all_s', tenth(all / 1000), 's'),
    figure('gateway_cpu_s', tenth(peaks.cpuS - last), 's'),
    figure('requests_a_school', tenth(sum(({ requests }) => requests) / done.length), ''),
    figure('kb_a_school', tenth(sum(({ bytes }) => bytes) / done.length / 1000), 'kB'),
  ];
}

async function bringFirst(school: BenchSchool, gateway: { url: string; token: string }): Promise<void> {
  const authorization = `Bearer ${gateway.token}`;
  const reply = await fetch(`${gateway.url}/admin/code/${school.uai}`, {
    method: 'POST',
    headers: { authorization },
  });
  const { code } = (await reply.json()) as { code: string };
  const client = benchClient(gateway.url, school, school.first);
  await client.enrol(code);
  // Its grant comes with what it brings; keys are a known head's to hand over.
  if ((await client.push()) > 0) throw new Error('refused before anything was measured');
  await client.keys();
  client.close();
}

async function bringSecond(
  school: BenchSchool,
  url: string,
  began: number,
): Promise<{ ms: number; night?: Night; failure?: string }> {
  const client = benchClient(url, school, school.second);
  try {
    const night = await client.night();
    return { ms: performance.now() - began, night };
  } catch (error) {
    return { ms: NaN, failure: `${school.uai}: ${String(error)}` };
  } finally {
    client.close();
  }
}

/** Documents that the gateway's store does not hold under the revision they were written with, and those that it holds besides. */
async function missingDocuments(folder: string, schools: readonly BenchSchool[]): Promise<number> {
  const store = embeddedStore(folder);
  let missing = 0;
  for (const { uai, leaves } of schools) {
    for (const [audience, wanted] of leaves) {
      const base = await store.documents(databaseName(uai, audience));
      const held = new Set<string>();
      for await (const leaf of base?.leaves() ?? []) held.add(`${leaf._id} ${leaf._rev}`);
      missing +=
        [...wanted].filter((one) => !held.has(one)).length +
        [...held].filter((one) => !wanted.has(one)).length;
    }
  }
  await store.close();
  return missing;
}

const isSameSet = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
  a !== undefined && a.length === b.length && new Set([...a, ...b]).size === b.length;
const seconds = (ms: number): string => (ms / 1000).toFixed(1);
