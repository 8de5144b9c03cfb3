import { codeLength, picturesFrom, type Picture } from '../../domain/people/pictures';
import type { AudienceDatabase } from '../../store/port';
import type { Random } from '../capability';
import { upsert, type PupilDocument } from './records';

/** The symbol is for recognising oneself, not a secret: it follows from the id, the same on every poste. */
export function symbolOf(pupilId: string): Picture {
  const [symbol = 'cat'] = picturesFrom(Buffer.from(pupilId.slice(-4)).reverse(), 1);
  return symbol;
}

/**
 * Picture codes are a secret of the class: random, kept in its own base. A pupil who came after the code was switched
 * on (by hand, by an import, from another class) gets theirs here; nobody's code ever changes by itself.
 */
export async function giveCodes(
  random: Random,
  classe: AudienceDatabase,
  pupils: readonly PupilDocument[],
): Promise<void> {
  const missing = pupils.filter((pupil) => !classe.get(codeId(pupil._id)));
  if (missing.length === 0) return;
  await classe.putAll(
    missing.map((pupil) => ({
      _id: codeId(pupil._id),
      type: 'pictureCode',
      v: 1,
      pupil: pupil._id,
      pictures: picturesFrom(random(3), codeLength(pupil.grade)),
    })),
  );
}

/** Another code than the one that was lost or seen by a neighbour. */
export async function newCode(
  random: Random,
  classe: AudienceDatabase,
  pupil: PupilDocument,
): Promise<Picture[]> {
  const before = codeOf(classe, pupil).join();
  const length = codeLength(pupil.grade);
  let pictures = picturesFrom(random(3), length);
  while (pictures.join() === before) pictures = picturesFrom(random(3), length);
  await upsert(classe, { _id: codeId(pupil._id), type: 'pictureCode', v: 1, pupil: pupil._id, pictures });
  return pictures;
}

export function codeOf(classe: AudienceDatabase, pupil: PupilDocument): Picture[] {
  const held = classe.get(codeId(pupil._id))?.body['pictures'];
  return Array.isArray(held) ? (held as Picture[]).slice(0, codeLength(pupil.grade)) : [];
}

const codeId = (pupilId: string): string => `account_${pupilId.slice(pupilId.indexOf('_') + 1)}`;
