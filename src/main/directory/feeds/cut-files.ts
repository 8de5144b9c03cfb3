import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AafCut } from '../../../domain/people/feeds/aaf-cut';
import { AAF_KINDS } from '../../../domain/people/feeds/aaf-object';
import type { AafObject } from '../../../domain/people/feeds/aaf-object';
import { giveBackMemory } from '../../give-back-memory';
import { readAaf } from './aaf-xml';
import { inOrder } from './read-feeds';
import type { FeedSource } from './source';

/** UTF-16 units kept for one school before they go to the disk, and for all of them together. */
const BLOCK = 64 * 1024;
const HELD = 4 * 1024 * 1024;

/** Objects read between two collections. */
const OBJECTS = 8_000;

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<ficAlimMENESR>\n';
const TAIL = '</ficAlimMENESR>\n';

/**
 * Cuts the files of a commune or an academy: one AAF file a school, `ENT1D_<UAI>.xml`, with nothing in it that a school's
 * directory may not hold. Read once, in memory that grows neither with the files nor with the number of schools. A commune
 * hands each school its own file and nobody else's children.
 * @param folder new or empty
 * @returns the schools, by UAI
 * @throws FeedRefused for a file that is none; what was written before is not to be used
 */
export async function cutIntoFiles(files: readonly FeedSource[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const held = new Map<string, { lines: string[]; size: number }>();
  let total = 0;
  let full: string[] = [];
  let count = 0;
  const say = (uai: string, text: string): void => {
    const lot = held.get(uai) ?? { lines: [], size: 0 };
    held.set(uai, lot);
    if (lot.size <= BLOCK && lot.size + text.length > BLOCK) full.push(uai);
    lot.lines.push(text);
    lot.size += text.length;
    total += text.length;
  };
  const spill = async (schools: Iterable<string>): Promise<void> => {
    for (const uai of [...schools]) {
      const lot = held.get(uai);
      if (!lot || lot.size === 0) continue;
      const text = lot.lines.join('');
      total -= lot.size;
      held.set(uai, { lines: [], size: 0 });
      await appendFile(join(folder, `ENT1D_${uai}.xml`), text, { mode: 0o600 });
    }
  };
  const cut = new AafCut({ wants: () => true, take: (uai, object) => say(uai, asXml(object)) });
  const known = new Set<string>();
  for (const file of await inOrder(files)) {
    const objects = readAaf(await file.open());
    for await (const batch of objects) {
      for (const object of batch) {
        if (object.kind === 'school') {
          cut.offer(object);
          const uai = cut.uaiOf(object.id);
          if (uai === undefined) continue;
          if (!known.has(uai)) say(uai, HEAD);
          known.add(uai);
          say(uai, asXml(object));
        } else cut.offer(object);
      }
      count += batch.length;
      // A file of tens of megabytes leaves as much behind it, which would be collected late and all at once.
      if (count > OBJECTS) {
        giveBackMemory();
        count = 0;
      }
      await spill(total > HELD ? held.keys() : full);
      full = [];
    }
  }
  for (const uai of held.keys()) say(uai, TAIL);
  await spill(held.keys());
  return [...known].sort();
}

const CATEGORIES = new Map(Object.entries(AAF_KINDS).map(([category, kind]) => [kind, category]));

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function asXml({ request, kind, id, values }: AafObject): string {
  const category = kind === 'school' ? 'categorieStructure' : 'categoriePersonne';
  const about = `<operationalAttributes><attr name="${category}"><value>${CATEGORIES.get(kind) ?? ''}</value></attr></operationalAttributes><identifier><id>${escaped(id)}</id></identifier>`;
  const [list, item] = request === 'modify' ? ['modifications', 'modification'] : ['attributes', 'attr'];
  const operation = request === 'modify' ? ' operation="replace"' : '';
  const said = Object.entries(values).map(
    ([name, all = []]) =>
      `<${item} name="${name}"${operation}>${all.map((value) => `<value>${escaped(value)}</value>`).join('')}</${item}>`,
  );
  const body = request === 'delete' ? '' : `<${list}>${said.join('')}</${list}>`;
  return `<${request}Request>${about}${body}</${request}Request>\n`;
}
