import { buffer } from 'node:stream/consumers';
import type { InternetSettings } from '../../../contract/staff/internet';
import { PreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import { siteOf } from '../../../domain/internet/sites';
import type { Actor } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import { instant, type Clock } from '../../../domain/time';
import type { AudienceDatabase } from '../../../store/port';
import type { LessonFiles } from '../ports';
import { CATEGORY, isListed, readDomainLists, USUAL_CATEGORIES } from './domain-file';
import { readInternetSettings, writeInternetSettings } from './settings';

/** What the school always opens and never opens, and the lists it imported. */
export interface SchoolLists {
  settings(): InternetSettings;
  allowed(): ReadonlySet<string>;
  blocked(): ReadonlySet<string>;
  listed(host: string): boolean;
  /** Brings the imported list into memory; without one, lets go of it. */
  load(): Promise<void>;
  save(
    actor: Actor,
    typed: { readonly allowed: readonly string[]; readonly blocked: readonly string[] },
  ): Promise<void>;
  /** @throws PreauError `FILE_REFUSED`, `TOO_LARGE` */
  take(
    actor: Actor,
    archive: () => { readonly sha256: string },
    categories?: readonly string[],
  ): Promise<void>;
  remove(actor: Actor): Promise<void>;
}

/** Every name that was typed. @throws PreauError `SITE_UNKNOWN` with the first that is none */
export function sitesOf(typed: readonly string[]): string[] {
  const sites = typed
    .filter((each) => each.trim() !== '')
    .map((each) => {
      const site = siteOf(each);
      if (site === undefined) throw new PreauError('SITE_UNKNOWN', { site: each.trim().slice(0, 80) });
      return site;
    });
  return [...new Set(sites)].sort();
}

export function createSchoolLists(deps: {
  readonly parc: AudienceDatabase;
  readonly school: Id<'school'>;
  readonly files: LessonFiles;
  readonly clock: Clock;
}): SchoolLists {
  const { parc, school, files } = deps;
  let loaded: { readonly sha256: string; readonly bytes: Buffer } | undefined;
  const settings = (): InternetSettings => readInternetSettings(parc, school);

  async function load(): Promise<void> {
    const { list } = settings();
    if (loaded?.sha256 === list?.sha256) return;
    loaded = list && { sha256: list.sha256, bytes: await buffer(await files.openRead(list.sha256)) };
  }
  return {
    settings,
    allowed: () => new Set(settings().allowed),
    blocked: () => new Set(settings().blocked),
    listed: (host) => loaded !== undefined && isListed(loaded.bytes, host),
    load,
    async save(actor, { allowed, blocked }) {
      demand(actor, 'school.manage');
      await writeInternetSettings(parc, school, {
        ...settings(),
        allowed: sitesOf(allowed),
        blocked: sitesOf(blocked),
      });
    },
    async take(actor, archive, categories = USUAL_CATEGORIES) {
      demand(actor, 'school.manage');
      const wanted = new Set(categories);
      if (![...wanted].every((name) => CATEGORY.test(name)))
        throw new PreauError('BAD_INPUT', { path: 'categories' });
      const { sha256: from } = archive();
      const read = await readDomainLists(await files.openRead(from), wanted);
      const key = `internet ${from}`;
      const size = read.bytes.length;
      let offset = await files.begin(key, size);
      for (const piece of pieces(read.bytes, offset)) offset = await files.append(key, offset, piece);
      const { sha256 } = await files.finish(key);
      await writeInternetSettings(parc, school, {
        ...settings(),
        list: {
          sha256,
          size,
          importedAt: instant(deps.clock()),
          domains: read.domains,
          categories: [...read.categories],
        },
      });
      await load();
    },
    async remove(actor) {
      demand(actor, 'school.manage');
      const { allowed, blocked } = settings();
      await writeInternetSettings(parc, school, { allowed, blocked });
      await load();
    },
  };
}

const PIECE = 1 << 20;
function* pieces(bytes: Buffer, from: number): Generator<Buffer> {
  for (let offset = from; offset < bytes.length; offset += PIECE)
    yield bytes.subarray(offset, offset + PIECE);
}
