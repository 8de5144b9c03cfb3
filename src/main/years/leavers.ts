import { isLocalDay, type LocalDay } from '../../domain/retention';
import { isLongGone } from '../../domain/years/closing';
import type { GuardianDocument, PupilDocument, PupilFileDocument } from '../directory/records';
import type { YearsDeps } from './ports';

type LeaverDeps = Pick<YearsDeps, 'databases'>;

/**
 * The sealed half of a child's record (birth date, INE) and the adults of children who are gone have no date of their own: a
 * head's poste removes them three months after the child left (SDET l. 1796–1797).
 */
export async function forgetLeavers(deps: LeaverDeps, horizon: LocalDay): Promise<void> {
  if (!deps.databases.readable('ecole')) return;
  const gone = new Set(
    (await deps.databases.open('ecole'))
      .all<PupilDocument>('pupil')
      .filter(({ body }) => isLocalDay(body.leftOn) && isLongGone(body.leftOn, horizon))
      .map(({ body }) => body._id),
  );
  await forget(deps, gone);
}

/** When a year is ended: the children it names who did not go on to the year in use. */
export async function forgetLeaversOf(deps: LeaverDeps, year: number): Promise<void> {
  const before = await deps.databases.ecoleOf(year);
  const staying = new Set((await deps.databases.open('ecole')).all('pupil').map(({ body }) => body._id));
  const named = (before?.all('pupil') ?? []).map(({ body }) => body._id);
  await forget(deps, new Set(named.filter((id) => !staying.has(id))));
}

/** Only who is known to be gone: a child that no base here names may be on its way by another parcel. */
async function forget({ databases }: LeaverDeps, gone: ReadonlySet<string>): Promise<void> {
  if (gone.size === 0 || !databases.readable('direction')) return;
  const direction = await databases.open('direction');
  for (const { body, rev } of direction.all<PupilFileDocument>('pupilFile')) {
    if (gone.has(body._id)) await direction.remove(body._id, rev);
  }
  for (const type of ['authority', 'authorisation']) {
    for (const { body, rev } of direction.all(type)) {
      if (gone.has(String(body['pupil']))) await direction.remove(body._id, rev);
    }
  }
  const left = new Set<string>();
  const records = direction.all<GuardianDocument>('guardian').map(({ body, rev }) => {
    const children = Array.isArray(body['children']) ? (body['children'] as string[]) : [];
    return { body, rev, children, staying: children.filter((child) => !gone.has(child)) };
  });
  // Another record of the same person still answers for somebody: what was said of them stands under this one.
  const owners = new Set(
    records.flatMap(({ body, staying }) => (staying.length > 0 ? body['mergedInto'] : [])),
  );
  for (const { body, rev, children, staying } of records) {
    if (staying.length === children.length) continue;
    if (staying.length > 0 || owners.has(body._id)) await direction.put({ ...body, children: staying }, rev);
    else {
      await direction.remove(body._id, rev);
      left.add(body._id);
    }
  }
  for (const { body, rev } of direction.all('portalFact')) {
    if (left.has(String(body['guardian']))) await direction.remove(body._id, rev);
  }
}
