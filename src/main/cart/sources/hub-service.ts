/** What a person does with the boxes of a cart: find what is plugged, try it, keep it, forget it, start it anew. */
import { isDeepStrictEqual } from 'node:util';
import { PreauError } from '../../../domain/errors';
import { ID_BYTES, idFrom } from '../../../domain/id';
import { demand } from '../../../domain/rights/authorize';
import { NO_PLACE, readAll, readCart, readHub } from '../documents';
import { codeOf } from './code-of';
import { openSource } from './open-source';
import type { FoundHub } from '../../../contract/staff/cart-hubs';
import type { HubLink } from '../../../domain/cart/hub-link';
import type { Id } from '../../../domain/id';
import type { Actor } from '../../../domain/rights/actor';
import type { Platform } from '../../capability';
import type { HubPool, PoolDeps } from './pool';
import type { SourceSnapshot, SwitchOutcome } from './port';
import type { StripSecret } from './strip-secrets';

/** A box that has not answered by then is told as such; the first prompt of an old hub may take 8 s. */
export const TRY_LIMIT_MS = 12_000;

export interface HubTrial {
  readonly answers: boolean;
  readonly why?: string;
  readonly hardware?: string;
  readonly ports: number;
  readonly switching: SourceSnapshot['switching'];
}

export interface HubService {
  findHubs(actor: Actor): Promise<{ found: FoundHub[]; usbTrouble?: string }>;
  tryHub(actor: Actor, tried: { link: HubLink; secret?: StripSecret | undefined }): Promise<HubTrial>;
  /**
   * One that this computer reads already moves within its cart.
   * @throws PreauError `NOT_FOUND`, `HUB_TAKEN` where it is another cart's
   */
  addHub(
    actor: Actor,
    hub: {
      cart: Id<'cart'>;
      link: HubLink;
      /** Null: it feeds no place of the cart. */
      firstBay: number | null;
      secret?: StripSecret | undefined;
    },
  ): Promise<Id<'hub'>>;
  removeHub(actor: Actor, hub: Id<'hub'>): Promise<void>;
  /** Only on the computer that reads it. @throws PreauError `NOT_FOUND` */
  restartHub(actor: Actor, hub: Id<'hub'>): Promise<SwitchOutcome>;
}

export function createHubService(
  deps: PoolDeps & { readonly platform: Pick<Platform, 'random' | 'log'> },
  pool: HubPool,
): HubService {
  const { parc, poste, platform } = deps;
  const running = (link: HubLink) =>
    readAll(parc, 'hub').find((one) => one.poste === poste && isDeepStrictEqual(one.link, link));

  return {
    async findHubs(actor) {
      demand(actor, 'cart.manage');
      const serial = (await deps.listSerialPorts()).map(({ path, label, hubLike }): FoundHub => ({
        link: { kind: 'serial', path },
        label,
        at: path,
        likely: hubLike,
      }));
      try {
        const hubs = (await deps.usb.list()).filter((one) => one.hub);
        const usb = hubs.map(({ path, vendorId, productId, serial: number, name }): FoundHub => ({
          link: {
            kind: 'usb',
            path,
            vendorId,
            productId,
            ...(number === undefined ? {} : { serial: number }),
          },
          label: name ?? 'USB',
          at: path,
          likely: true,
        }));
        return { found: [...serial, ...usb] };
      } catch (error) {
        return { found: serial, usbTrouble: codeOf(error) };
      }
    },

    async tryHub(actor, { link, secret }) {
      demand(actor, 'cart.manage');
      const held = running(link);
      const now = held && pool.snapshot(held._id);
      // One program speaks to a hub at a time: where it is read already, what it says is the answer.
      if (now?.status === 'answering') return trialOf(now);
      // A serial line opens once: the trial would be told that another program has it, and that program is this one.
      if (held && now && link.kind === 'serial') return awaitReader(deps, pool, held._id);
      return attempt(deps, pool, link, secret);
    },

    async addHub(actor, { cart, link, firstBay, secret }) {
      demand(actor, 'cart.manage');
      if (!readCart(parc, cart)) throw new PreauError('NOT_FOUND', { kind: 'cart' });
      const same = running(link);
      // Two readers of one wire: one of them would never have it, or both would switch its ports.
      if (same && same.cart !== cart && readCart(parc, same.cart)) throw new PreauError('HUB_TAKEN');
      const hub = same?._id ?? idFrom('hub', platform.random(ID_BYTES));
      if (secret) await deps.secrets.keep(hub, secret);
      const held = same && parc.get(hub);
      // Declared again: what was said last holds. The number it told stays its own.
      if (held) {
        if (same.cart !== cart || same.firstBay !== (firstBay ?? NO_PLACE))
          await parc.put({ ...held.body, cart, firstBay }, held.rev);
      } else await parc.put({ _id: hub, type: 'hub', v: 1, cart, poste, link: { ...link }, firstBay });
      return hub;
    },

    async removeHub(actor, wanted) {
      demand(actor, 'cart.manage');
      const held = parc.get(wanted);
      const hub = readHub(parc, wanted);
      if (!held || !hub) throw new PreauError('NOT_FOUND', { kind: 'hub' });
      await parc.remove(wanted, held.rev);
      await deps.secrets.forget(wanted);
      deps.onSeen(hub.cart);
    },

    restartHub(actor, wanted) {
      demand(actor, 'cart.manage');
      if (!readHub(parc, wanted)) throw new PreauError('NOT_FOUND', { kind: 'hub' });
      platform.log.info('cart.hub.restart', { hub: wanted });
      return pool.restart(wanted);
    },
  };
}

/** What the source that reads it already comes to, in the time of a trial. */
function awaitReader({ timers }: PoolDeps, pool: HubPool, hub: Id<'hub'>): Promise<HubTrial> {
  return new Promise((resolve) => {
    const settle = (): void => {
      cancel();
      end();
      const snapshot = pool.snapshot(hub);
      resolve(snapshot ? trialOf(snapshot) : { answers: false, why: 'closed', ports: 0, switching: 'none' });
    };
    const end = pool.onSnapshot((heard) => {
      if (heard.hub === hub && heard.snapshot.status === 'answering') settle();
    });
    const cancel = timers.after(TRY_LIMIT_MS, settle);
  });
}

function attempt(
  deps: PoolDeps,
  pool: HubPool,
  link: HubLink,
  secret: StripSecret | undefined,
): Promise<HubTrial> {
  return new Promise((resolve) => {
    const settle = (snapshot: SourceSnapshot): void => {
      cancel();
      source.stop();
      resolve(trialOf(snapshot));
    };
    const source = openSource(link, {
      ...deps,
      whereabouts: pool.whereabouts,
      secret: () => Promise.resolve(secret),
      hear: (snapshot) => {
        const { status } = snapshot;
        if (status === 'answering' || status === 'lost' || status === 'boot') settle(snapshot);
      },
    });
    const cancel = deps.timers.after(TRY_LIMIT_MS, () => {
      settle(source.snapshot);
    });
    source.start();
  });
}

function trialOf({ status, why, hardware, ports, switching }: SourceSnapshot): HubTrial {
  const reason = why ?? (status === 'boot' ? 'boot' : 'timeout');
  return {
    answers: status === 'answering',
    ...(status === 'answering' ? {} : { why: reason }),
    ...(hardware === undefined ? {} : { hardware: hardware.name }),
    ports: ports.length,
    switching,
  };
}
