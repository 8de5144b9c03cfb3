import type { Id } from '../../../../domain/id';
import { createRemote, type RemoteConnector, type RemoteDeps } from '../remote';

/**
 * Any computer with a VNC server (x11vnc, TigerVNC, macOS…): its screen, and a hand on its keyboard and mouse. Nothing else:
 * RFB has no word for a lock or a message, and none to tell the pupil that somebody looks.
 */
export function createRfb(
  deps: RemoteDeps & { readonly password: (device: Id<'device'>) => string | undefined },
): RemoteConnector {
  return createRemote(deps, {
    kind: 'rfb',
    abilities: ['screen', 'help', 'wake'],
    way: (device) => ({ password: deps.password(device) }),
    async perform(session, command) {
      if (command.do !== 'help') return { state: 'impossible', why: 'not-supported' };
      session.input(command.input);
      await session.ping();
      return { state: 'done' };
    },
  });
}
