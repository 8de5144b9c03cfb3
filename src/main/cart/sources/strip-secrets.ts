/**
 * What opens a power strip: a community, or a user with two keys. It stays on the computer that reads the strip, sealed to it as its keys
 * are, in a file of its own: nothing of it reaches `parc`, another poste or the commune, and no screen shows it again.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { stripSecretSchema } from '../../../contract/staff/cart-hubs';
import { PreauError } from '../../../domain/errors';
import { isId } from '../../../domain/id';
import { writeAtomically } from '../../../store/atomic-file';
import type { Id } from '../../../domain/id';
import { codeOf } from './code-of';
import type { PosteBoxes } from '../../directory/accounts-day-code';

export type StripSecret = v.InferOutput<typeof stripSecretSchema>;

export interface StripSecrets {
  /** Undefined where this computer was never told, or cannot open its own box yet. */
  of(hub: Id<'hub'>): Promise<StripSecret | undefined>;
  /** @throws PreauError `BUSY` while this computer's box is not there yet; what the system says where the file cannot be read */
  keep(hub: Id<'hub'>, secret: StripSecret): Promise<void>;
  forget(hub: Id<'hub'>): Promise<void>;
}

const kept = v.record(
  v.pipe(
    v.string(),
    v.check((key) => isId(key, 'hub')),
  ),
  v.object({
    box: v.object({ key: v.string(), ephemeral: v.string(), sealed: v.string() }),
    content: v.pipe(v.string(), v.maxLength(2_000)),
  }),
);
type Kept = v.InferOutput<typeof kept>;

export function createStripSecrets(
  dataFolder: string,
  boxes: () => Pick<PosteBoxes, 'own' | 'seal' | 'open'> | undefined,
): StripSecrets {
  const folder = join(dataFolder, 'cart');
  const file = join(folder, 'strip-secrets.json');
  let turn: Promise<unknown> = Promise.resolve();
  /** A file that is there and cannot be read now is not an empty one: written over, the words of every other strip would be gone. */
  const load = async (): Promise<Kept> => {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return '{}';
      throw error;
    });
    try {
      const parsed = v.safeParse(kept, JSON.parse(text));
      return parsed.success ? parsed.output : {};
    } catch {
      return {};
    }
  };
  /** One change at a time: two at once would lose one of them. */
  const change = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = turn.then(run, run);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const save = async (all: Kept): Promise<void> => {
    await mkdir(folder, { recursive: true });
    await writeAtomically(file, JSON.stringify(all));
  };
  return {
    async of(hub) {
      const all = await load().catch((): Kept => ({}));
      const one = all[hub];
      const own = boxes();
      const key = one && own?.open({ ...one.box, poste: own.own, generation: 0 });
      return key ? open(key, hub, one.content) : undefined;
    },
    keep: (hub, secret) =>
      change(async () => {
        const key = randomBytes(32);
        const own = boxes();
        const box = await own?.seal(own.own, 0, key);
        if (!box) throw new PreauError('BUSY');
        await save({ ...(await load()), [hub]: { box, content: close(key, hub, secret) } });
      }),
    forget: (hub) =>
      change(async () => {
        const all = await load();
        if (!(hub in all)) return;
        await save(Object.fromEntries(Object.entries(all).filter(([one]) => one !== hub)));
      }),
  };
}

function close(key: Buffer, hub: string, secret: StripSecret): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(hub));
  const body = Buffer.concat([cipher.update(JSON.stringify(secret), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

function open(key: Buffer, hub: string, content: string): StripSecret | undefined {
  const bytes = Buffer.from(content, 'base64url');
  if (bytes.length < 28) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
      .setAAD(Buffer.from(hub))
      .setAuthTag(bytes.subarray(12, 28));
    const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    const parsed = v.safeParse(stripSecretSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
