import { createCipheriv, createDecipheriv, createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { PreauError } from '../../../domain/errors';
import { idFrom, isId, type Id } from '../../../domain/id';
import { sha256, utf8 } from '../../../exchange';
import type { AudienceDatabase, DocumentBody } from '../../../store/port';
import type { PosteBoxes } from '../../directory/accounts-day-code';
import type { VeyonKey } from './port';

/**
 * What opens computers of the school: its Veyon key, passwords of VNC servers. Each poste of the school gets its own copy, sealed
 * to it, as keys of bases are: the commune carries what it cannot read, and no screen shows it again.
 */
export interface ConnectorSecrets {
  readonly key: VeyonKey | undefined;
  password(device: Id<'device'>): string | undefined;
  /** @throws PreauError `VEYON_KEY_BROKEN` for what is no private RSA key */
  importKey(name: string, pem: string): Promise<void>;
  setPassword(device: Id<'device'>, password: string): Promise<void>;
  /** Seals what this poste knows to postes that came later. */
  share(): Promise<void>;
}

const base64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/));
const schema = v.object({
  type: v.literal('connectorSecret'),
  of: v.pipe(v.string(), v.maxLength(40)),
  edition: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  poste: v.custom<Id<'poste'>>((value) => typeof value === 'string' && isId(value, 'poste')),
  key: v.pipe(base64, v.maxLength(11)),
  ephemeral: v.pipe(base64, v.maxLength(43)),
  sealed: v.pipe(base64, v.maxLength(64)),
  /** AES-256-GCM under the sealed key: nonce (12), tag (16), content. */
  content: v.pipe(base64, v.maxLength(32_768)),
});
type Sealed = v.InferOutput<typeof schema>;
const contentSchema = v.object({ name: v.string(), secret: v.string() });
type Content = v.InferOutput<typeof contentSchema>;

const VEYON = 'veyon';

export function createConnectorSecrets(
  parc: AudienceDatabase,
  boxes: () => PosteBoxes | undefined,
): ConnectorSecrets {
  const opened = new Map<string, { readonly edition: number; readonly content: Content }>();
  let veyon: { readonly edition: number; readonly key: VeyonKey } | undefined;

  const all = (): Sealed[] =>
    parc.all('connectorSecret').flatMap(({ body }) => {
      const parsed = v.safeParse(schema, body);
      return parsed.success ? [parsed.output] : [];
    });

  function find(of: string): { readonly edition: number; readonly content: Content } | undefined {
    const own = boxes();
    if (!own) return opened.get(of);
    const newest = all()
      .filter((one) => one.of === of && one.poste === own.own)
      .sort((a, b) => b.edition - a.edition)[0];
    const held = opened.get(of);
    if (!newest || held?.edition === newest.edition) return held;
    const key = own.open({ ...newest, generation: 0 });
    const content = key && open(key, newest);
    if (content) opened.set(of, { edition: newest.edition, content });
    return opened.get(of);
  }

  async function seal(of: string, edition: number, content: Content): Promise<void> {
    const own = boxes();
    if (!own) throw new PreauError('BUSY');
    const have = new Set(
      all()
        .filter((one) => one.of === of && one.edition === edition)
        .map(({ poste }) => poste),
    );
    const key = randomBytes(32);
    for (const poste of await own.all()) {
      if (have.has(poste)) continue;
      const wrap = await own.seal(poste, 0, key);
      if (!wrap) continue;
      const document: Sealed & DocumentBody = {
        _id: idFrom('event', sha256(utf8(`connector secret ${of} ${edition} ${poste}`))),
        type: 'connectorSecret',
        v: 1,
        of,
        edition,
        poste,
        ...wrap,
        content: close(key, of, edition, content),
      };
      await parc.put(document);
    }
    opened.set(of, { edition, content });
  }
  const next = (of: string): number =>
    Math.max(0, ...all().flatMap((one) => (one.of === of ? [one.edition] : []))) + 1;

  return {
    get key() {
      const found = find(VEYON);
      if (!found) return undefined;
      if (veyon?.edition === found.edition) return veyon.key;
      const privateKey = readKey(found.content.secret);
      if (!privateKey) return undefined;
      veyon = { edition: found.edition, key: { name: found.content.name, privateKey } };
      return veyon.key;
    },
    password: (device) => find(device)?.content.secret,
    async importKey(name, pem) {
      if (!readKey(pem)) throw new PreauError('VEYON_KEY_BROKEN');
      await seal(VEYON, next(VEYON), { name, secret: pem });
    },
    setPassword: (device, password) => seal(device, next(device), { name: device, secret: password }),
    async share() {
      for (const of of new Set(all().map((one) => one.of))) {
        const found = find(of);
        if (found) await seal(of, found.edition, found.content);
      }
    },
  };
}

function readKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

const placeOf = (of: string, edition: number): Buffer => Buffer.from(`preau connector ${of} ${edition}`);

function close(key: Buffer, of: string, edition: number, content: Content): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(placeOf(of, edition));
  const body = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

function open(key: Buffer, { of, edition, content }: Sealed): Content | undefined {
  const bytes = Buffer.from(content, 'base64url');
  if (bytes.length < 28) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
      .setAAD(placeOf(of, edition))
      .setAuthTag(bytes.subarray(12, 28));
    const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    const parsed = v.safeParse(contentSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
