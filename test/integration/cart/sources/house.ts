/** A cart's service on one computer, with what its boxes need: a data folder, a box of its own, hubs and USB of the test's. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createCartService } from '../../../../src/main/cart/service';
import { memoryDatabase } from '../memory-database';
import type { Id } from '../../../../src/domain/id';
import type { Actor } from '../../../../src/domain/rights/actor';
import type { CartDeps, CartService } from '../../../../src/main/cart/types';
import type { AudienceDatabase } from '../../../../src/store/port';
import type { Timers } from '../../../../src/main/cart/timers';

export const HEAD: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'head', classIds: [] }],
};
export const CART: Id<'cart'> = 'cart_vvvvvvvvvvvvv';

/** A box that opens on the computer that closed it and nowhere else. */
export function ownBox(poste: Id<'poste'>): NonNullable<ReturnType<NonNullable<CartDeps['boxes']>>> {
  const seed = randomBytes(32);
  return {
    own: poste,
    seal: (_poste, _generation, secret) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', seed, nonce);
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      return Promise.resolve({
        key: nonce.toString('base64url'),
        ephemeral: cipher.getAuthTag().toString('base64url'),
        sealed: sealed.toString('base64url'),
      });
    },
    open: ({ key, ephemeral, sealed }) => {
      try {
        const cipher = createDecipheriv('aes-256-gcm', seed, Buffer.from(key, 'base64url'));
        cipher.setAuthTag(Buffer.from(ephemeral, 'base64url'));
        return Buffer.concat([cipher.update(Buffer.from(sealed, 'base64url')), cipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}

export interface House {
  readonly service: CartService;
  readonly parc: AudienceDatabase;
  readonly events: string[];
}

export async function house(
  timers: Timers,
  more: Partial<CartDeps> & { readonly dataFolder?: string } = {},
): Promise<House> {
  const parc = more.parc ?? memoryDatabase();
  const events: string[] = [];
  const service = createCartService({
    platform: {
      dataFolder: more.dataFolder ?? '',
      clock: () => timers.now(),
      random: (count) => randomBytes(count),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      tracer: { trace: () => undefined },
      publish: (name) => events.push(name),
    },
    devices: { inCart: () => [] },
    poste: 'poste_aaaaaaaaaaaaa',
    timers,
    timeZone: () => 'Europe/Paris',
    open: () => () => Promise.reject(Object.assign(new Error('none'), { code: 'ENOENT' })),
    listSerialPorts: () => Promise.resolve([]),
    ...more,
    parc,
  });
  if (!parc.get(CART)) await service.create(HEAD, { cart: CART, name: 'Valise', bays: 30 });
  return { service, parc, events };
}
