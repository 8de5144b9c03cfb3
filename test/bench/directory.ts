/**
 * The feeds of other directories, on the sizes they come in. See docs/feeds.md.
 *
 * `aaf_seconds`: an AAF 1D complete of a town of 206 schools and 35,000 pupils (invented, `directory/town.ts`), from its
 * four XML files on the disk to the encrypted stores of all its schools: read once, cut by school, compared, written. In
 * life the schools do the second half at the same time, each on its own computer; here one process, started as the
 * product starts its host, does it for all of them, two at a time. Not counted: making the file, and the schools' own
 * creation. `aaf_rss_mb` is the most that process held, from its start. Options: --schools=206 --pupils=170
 */
import { join } from 'node:path';
import type { BenchContext, Figure } from './bench';
import { optionOf, tenth } from './bench';
import { measureTown } from './directory/measure-town';
import { measureOnde } from './directory/measure-onde';
import { measurePeopleSearch } from './people-search';
import { measurePasswordCheck } from './password-check';

export { townImporter } from './directory/import-town';

export default async function directory({ temporaryFolder, say, args }: BenchContext): Promise<Figure[]> {
  const option = optionOf(args);
  const shape = {
    seed: 4,
    schools: Number(option('schools') ?? 206),
    pupilsPerSchool: Number(option('pupils') ?? 170),
  };
  const town = await measureTown(import.meta.url, shape, join(temporaryFolder, 'town'), say);
  const onde = await measureOnde(join(temporaryFolder, 'onde'), say);
  const search = await measurePeopleSearch(join(temporaryFolder, 'search'), say);
  return [
    { name: 'aaf_seconds', value: tenth(town.seconds), unit: 's', reach: '<=60' },
    { name: 'aaf_rss_mb', value: Math.round(town.rssMb), unit: 'MB', reach: '<=300' },
    { name: 'aaf_cpu_seconds', value: tenth(town.cpuSeconds), unit: 's' },
    { name: 'aaf_main_cpu_seconds', value: tenth(town.mainSeconds), unit: 's' },
    { name: 'aaf_load', value: tenth(town.load), unit: '' },
    { name: 'aaf_read_seconds', value: tenth(town.readSeconds), unit: 's' },
    { name: 'aaf_mb', value: Math.round(town.mb), unit: 'MB' },
    { name: 'aaf_pupils', value: town.pupils, unit: '' },
    { name: 'onde_dry_run_ms', value: Math.round(onde.dryRunMs), unit: 'ms', reach: '<=1000' },
    { name: 'onde_apply_ms', value: Math.round(onde.applyMs), unit: 'ms' },
    { name: 'people_search_p95_ms', value: tenth(search.p95Ms), unit: 'ms', reach: '<=20' },
    {
      name: 'people_search_found',
      value: Math.round(search.foundShare * 1000) / 1000,
      unit: '',
      reach: '>=0.95',
    },
    { name: 'people_search_index_ms', value: Math.round(search.indexMs), unit: 'ms' },
    ...(await measurePasswordCheck(temporaryFolder)),
  ];
}
