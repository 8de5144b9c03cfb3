import { mentions } from '../../domain/people/merge-class';
import type { Id } from '../../domain/id';
import { lifeOf } from './carry';
import type { SchoolDatabases } from './databases';
import type { PupilDocument } from './records';

/** Ends a pupil's record, and the sealed half of it where this poste holds it. Done again, nothing happens. */
export async function retirePupil(databases: SchoolDatabases, id: string): Promise<void> {
  if (databases.readable('direction')) {
    const direction = await databases.open('direction');
    const file = direction.get(id);
    if (file) await direction.remove(id, file.rev);
  }
  const ecole = await databases.open('ecole');
  const held = ecole.get(id);
  if (held) await ecole.remove(id, held.rev);
}

/** Came with an extraction, or stands in a register, in handed-in work, in an adult's file: a record that is kept. */
export async function leavesTraces(databases: SchoolDatabases, pupil: PupilDocument): Promise<boolean> {
  const direction = await databases.open('direction');
  if (direction.get(pupil._id) !== undefined) return true;
  if (direction.all('guardian').some(({ body }) => mentions(body, pupil._id))) return true;
  if (pupil.classId === undefined) return false;
  for (const kind of ['classe', 'suivi'] as const) {
    const life = await lifeOf(await databases.open(kind, pupil.classId as Id<'class'>));
    if (life.some((body) => mentions(body, pupil._id))) return true;
  }
  return false;
}
