import { parseAudience, type Audience } from '../../domain/audience';
import { entitledAudiences, type StaffRights } from '../../domain/rights/entitlement';
import type { SchoolDatabases } from './databases';
import type { StaffDocument } from './records';

/**
 * What a member of staff may read of these audiences: this year's, and what they had in the years that are closed and not
 * ended, so that what they wrote there and nobody has yet can still be opened and handed over; the same for a year that was
 * opened and put aside.
 */
export async function entitledOverYears(
  databases: SchoolDatabases,
  person: StaffRights,
  held: readonly Audience[],
): Promise<Audience[]> {
  const found = new Set(entitledAudiences(person, held, databases.year));
  for (const year of databases.otherYears()) {
    const before = (await databases.ecoleOf(year))?.get<StaffDocument>(person._id)?.body;
    // Of that year alone: who was head then is not head now.
    const yearly = held.filter((name) => parseAudience(name)?.year === year);
    for (const name of before ? entitledAudiences(before, yearly, year) : []) found.add(name);
  }
  return held.filter((name) => found.has(name));
}
