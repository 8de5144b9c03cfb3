/** The Wi-Fi points, put together with the rooms they lean on. */
import type { PeopleService } from '../../directory/people-service';
import { wifiPointRoutes } from './routes';
import { createWifiPoints } from './service';
import type { PointDeps } from './types';

export function openPoints({
  people,
  ...deps
}: Omit<PointDeps, 'names'> & { readonly people: Pick<PeopleService, 'staff'> }) {
  const service = createWifiPoints({
    ...deps,
    // Whoever may not read the staff sees no names.
    names: async (actor) =>
      new Map((await people.staff(actor).catch(() => [])).map(({ id, name }) => [id, name])),
  });
  return { service, handlers: { wifiPoint: wifiPointRoutes(service) } };
}
