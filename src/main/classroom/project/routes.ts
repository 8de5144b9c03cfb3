import type { projectSubject } from '../../../contract/staff/project';
import { PreauError } from '../../../domain/errors';
import type { StaffHandlers } from '../../capability';
import type { ProjectTool } from './board';
import { connectedDisplays } from './displays';

export const projectRoutes = (project: ProjectTool) =>
  ({
    async displays({ actor }) {
      if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'project.displays' });
      const connected = await connectedDisplays();
      return connected === undefined ? {} : { connected };
    },
    tell({ actor, connection }, told) {
      project.tell(actor, connection, told);
      return {};
    },
    answer({ actor, connection }, { ask, outcome }) {
      project.answer(actor, connection, ask, outcome);
      return {};
    },
  }) satisfies StaffHandlers<typeof projectSubject>;
