import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { DeviceKind } from '../../domain/device/device';
import { codeFrom, tidyCode } from '../../domain/lesson/code';
import type { Platform } from '../capability';
import type { DeviceRegistry } from './registry';
import { readDeviceKey } from './keys';

/** What an adult asks for: a new device, or a known one to be recognised again at this poste. */
export type EnrolmentOrder =
  | { readonly device: Id<'device'> }
  | { readonly label: string; readonly kind: DeviceKind; readonly cartId?: Id<'cart'> };

export interface Enrolment {
  readonly code: string;
  /** ms since 1970 */
  readonly expiresAt: number;
}

/** Half an hour: fifteen tablets, one after the other, at a teacher's pace. */
const CODE_LIFE = 30 * 60_000;
const MAX_CODES = 100;

interface Pending {
  readonly order: EnrolmentOrder;
  readonly expiresAt: number;
  /** Set at first use: the same key may come back with the same code when its answer was lost. */
  used?: { readonly keyId: string; readonly device: Id<'device'> };
}

export interface Enrolments {
  start(order: EnrolmentOrder): Enrolment;
  cancel(code: string): void;
  /** @throws PreauError `ENROLMENT_WRONG` for an unknown, old or used code; nothing tells which */
  redeem(input: {
    readonly code: string;
    readonly publicKey: Readonly<Record<string, unknown>>;
    readonly label?: string | undefined;
    readonly origin: string;
  }): Promise<{ readonly device: Id<'device'>; readonly keyId: string }>;
}

/** One-time codes, in memory only: a restarted poste shows new ones. Two words of the lesson's letters, 44 bits. */
export function createEnrolments(
  platform: Pick<Platform, 'clock' | 'random'>,
  registry: DeviceRegistry,
): Enrolments {
  const pending = new Map<string, Pending>();
  const tidy = (): void => {
    for (const [code, entry] of pending) if (entry.expiresAt <= platform.clock()) pending.delete(code);
    while (pending.size >= MAX_CODES) pending.delete(pending.keys().next().value ?? '');
  };
  return {
    start(order) {
      tidy();
      const code = codeFrom(platform.random(16)) + codeFrom(platform.random(16));
      const expiresAt = platform.clock() + CODE_LIFE;
      pending.set(code, { order, expiresAt });
      return { code, expiresAt };
    },
    cancel: (code) => void pending.delete(tidyCode(code)),
    async redeem({ code, publicKey, label, origin }) {
      const entry = pending.get(tidyCode(code));
      if (!entry || entry.expiresAt <= platform.clock()) throw new PreauError('ENROLMENT_WRONG');
      const key = readDeviceKey(publicKey);
      if (entry.used) {
        if (entry.used.keyId !== key.keyId) throw new PreauError('ENROLMENT_WRONG');
        return entry.used;
      }
      // Taken before anything is awaited: two browsers with one code are never both in.
      const claimed: Pending = { ...entry };
      pending.delete(tidyCode(code));
      try {
        const device = await deviceFor(registry, entry.order, label);
        await registry.addCredential(device, key, origin);
        claimed.used = { keyId: key.keyId, device };
        return claimed.used;
      } finally {
        pending.set(tidyCode(code), claimed);
      }
    },
  };
}

/** A known label is the known device: scanning its sticker at another poste makes no twin (DESIGN 5). */
async function deviceFor(
  registry: DeviceRegistry,
  order: EnrolmentOrder,
  label: string | undefined,
): Promise<Id<'device'>> {
  if ('device' in order) return order.device;
  const known = registry.byLabel(label ?? order.label);
  if (known) return known.id;
  const added = await registry.add({
    label: label ?? order.label,
    kind: order.kind,
    ...(order.cartId && { cartId: order.cartId }),
  });
  return added.id;
}
