import { parseAudience } from '../../domain/audience';
import type { Json } from '../../domain/json';
import type { YearsDeps } from './ports';
import { owe, type YearsFile } from './state-file';

/**
 * Keys of an ended year that lie wrapped in `parc`: for postes (`keyWrap`) and for the printed sheet (`recovery`). A head's
 * poste takes them away; consolidation of `parc` then drops the parcels that brought them.
 * @returns true where something was taken away
 */
export async function forgetWraps(
  deps: Pick<YearsDeps, 'store' | 'time'>,
  file: YearsFile,
): Promise<boolean> {
  const isEnded = (name: unknown): boolean => {
    const year = typeof name === 'string' ? parseAudience(name)?.year : undefined;
    return year !== undefined && deps.time.isEnded(year);
  };
  const parc = await deps.store.open('parc');
  let did = false;
  for (const { body, rev } of parc.all('keyWrap')) {
    if (!isEnded(body['audience'])) continue;
    await parc.remove(body._id, rev);
    did = true;
  }
  for (const { body, rev } of parc.all('recovery')) {
    const wraps = body['wraps'];
    if (!isRecord(wraps) || !Object.keys(wraps).some(isEnded)) continue;
    const left = Object.fromEntries(Object.entries(wraps).filter(([name]) => !isEnded(name)));
    await parc.put({ ...body, wraps: left }, rev);
    did = true;
  }
  if (did) {
    await parc.compact();
    await owe(file, 'parc');
  }
  return did;
}

const isRecord = (value: Json | undefined): value is Readonly<Record<string, Json | undefined>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
