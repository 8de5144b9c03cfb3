/** What the documents say of the box that a noted port is of. */
import { isDeepStrictEqual } from 'node:util';
import { readAll } from '../documents';
import { readPoints } from '../wifi-point/documents';
import type { AudienceDatabase } from '../../../store/port';
import type { GiveBackDeps } from './give-back';

export const placesOfBoxes = (
  parc: AudienceDatabase,
  poste: string,
): Pick<GiveBackDeps, 'sameBox' | 'feedsPoint'> => ({
  sameBox: ({ link }) =>
    readAll(parc, 'hub').find((hub) => hub.poste === poste && isDeepStrictEqual(hub.link, link))?._id,
  feedsPoint: ({ hub, port }) =>
    readPoints(parc).some(({ drive }) => drive.kind === 'port' && drive.hub === hub && drive.port === port),
});
