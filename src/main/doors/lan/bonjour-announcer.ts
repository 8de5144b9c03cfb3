import Bonjour from 'bonjour-service';
import type { Announcer } from './deps';

type Published = ReturnType<InstanceType<typeof Bonjour>['publish']>;

/**
 * `_preau._tcp` on the school's network, and the poste's `.local` name with it. The record carries a poste's opaque name
 * and protocol version: nothing of a person or of a school. `host` is given, because the default lacks `.local`
 * (reference/real-peers.md 6).
 */
export function createBonjourAnnouncer(onError: (error: Error) => void): Announcer {
  const bonjour = new Bonjour({}, onError);
  let published: Published | undefined;
  const withdraw = (): Promise<void> =>
    new Promise((resolve) => {
      if (!published) return resolve();
      const old = published;
      published = undefined;
      if (old.stop) old.stop(() => resolve());
      else resolve();
    });
  return {
    announce({ host, port }) {
      void withdraw().then(() => {
        const name = host.replace(/\.local$/, '');
        published = bonjour.publish({ name, type: 'preau', port, host, txt: { v: '0', door: 'classe' } });
      });
    },
    async close() {
      await withdraw();
      await new Promise<void>((resolve) => bonjour.destroy(() => resolve()));
    },
  };
}
