import { createHash } from 'node:crypto';
import { audience, isSealed, type Audience } from '../../../src/domain/audience';
import { idFrom, type Id, type IdPrefix } from '../../../src/domain/id';
import type { RoleGrant } from '../../../src/domain/rights/actor';
import {
  canonicalBytes,
  digestOf,
  immediateCodec,
  makeCredential,
  pack,
  readFrames,
  readParcel,
  secretsFrom,
  signerFrom,
  signGrant,
  writeFrame,
  type ExchangeAction,
  type Frame,
  type Head,
  type Parcel,
  type Vectors,
} from '../../../src/exchange';
import type { DocumentBody, RevisionRecord } from '../../../src/store/port';
import { revisionOf } from '../../../src/store/revision';

/** A school that is only what it says over HTTP: postes that sign and pack, without a store, for tests of the gateway. */
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
export const idOf = <P extends IdPrefix>(prefix: P, name: string): Id<P> =>
  idFrom(prefix, hash(`${prefix} ${name}`));

export const UAI = '0751234a';
export const SCHOOL = idOf('school', 'light');
export const CLASS = idOf('class', 'light');
export const PARC = audience('parc');
export const ECOLE = audience('ecole', { year: 2026 });
export const CLASSE = audience('classe', { of: CLASS, year: 2026 });
export const SUIVI = audience('suivi', { of: CLASS, year: 2026 });
export const ALL: readonly Audience[] = [PARC, ECOLE, CLASSE, SUIVI];
const INSTANT = '2026-11-22T08:00:00.000Z';
const HEAD = signerFrom(hash('light head'));

export const secretsOf = (name: Audience) => secretsFrom(hash(`light ${name}`), name);

export interface Reply {
  readonly status: number;
  readonly bytes: Buffer;
  readonly json: Record<string, unknown>;
}

const common = { type: 'grant' as const, v: 1 as const, school: SCHOOL, issued: INSTANT };
export const revocationOf = (poste: Id<'poste'>) =>
  signGrant(
    {
      ...common,
      _id: idOf('grant', `end ${poste}`),
      kind: 'revocation' as const,
      target: poste,
      accepted: {},
    },
    HEAD,
  );
export const grantFrame = (grant: object): Buffer => writeFrame('G', canonicalBytes(grant));

export async function enrol(url: string, code: string): Promise<number> {
  const body = JSON.stringify({ school: SCHOOL, headKey: HEAD.publicKey, code });
  return (await fetch(`${url}/v0/schools/${UAI}`, { method: 'PUT', body })).status;
}

/** First revision of a body, as its author's poste writes it. */
export const firstOf = (name: Audience, body: DocumentBody): RevisionRecord => ({
  id: body._id,
  rev: revisionOf(secretsOf(name).revisionKey, { deleted: false, body }),
  ancestors: [],
  deleted: false,
  body,
});

export class LightPoste {
  readonly id: Id<'poste'>;
  readonly #signer;
  readonly grant;
  readonly #chains = new Map<Audience, Head>();
  #nonce: string | undefined;

  constructor(
    readonly name: string,
    roles: readonly RoleGrant[] = [
      { role: 'head', classIds: [] },
      { role: 'teacher', classIds: [CLASS] },
    ],
    readonly audiences: readonly Audience[] = ALL,
  ) {
    this.id = idOf('poste', name);
    this.#signer = signerFrom(hash(`poste ${name}`));
    this.grant = signGrant(
      {
        ...common,
        _id: idOf('grant', name),
        kind: 'poste' as const,
        poste: this.id,
        key: this.#signer.publicKey,
        person: idOf('staff', name),
        roles: roles.map(({ role, classIds }) => ({ role, classIds: [...classIds] })),
        audiences: [...audiences],
        carries: false,
      },
      HEAD,
    );
  }

  /** The next parcels of this poste's chain. */
  async pack(name: Audience, records: readonly RevisionRecord[]): Promise<readonly Parcel[]> {
    const before = this.#chains.get(name);
    const from = before?.to ?? 0;
    const { parcels } = await pack(
      {
        school: SCHOOL,
        origin: this.id,
        grant: this.grant._id,
        signer: this.#signer,
        audience: name,
        secrets: secretsOf(name),
        created: INSTANT,
        codec: immediateCodec,
      },
      before,
      records.map((record, at) => ({ seq: from + at + 1, record })),
    );
    const last = parcels.at(-1);
    if (last) this.#chains.set(name, { to: last.header.to, hash: last.hash });
    return parcels;
  }

  /** Packs bodies as new documents and pushes them, its grant in front. */
  async push(url: string, name: Audience, bodies: readonly DocumentBody[]): Promise<Reply> {
    const parcels = await this.pack(
      name,
      bodies.map((body) => firstOf(name, body)),
    );
    return this.pushParcels(url, parcels);
  }

  pushParcels(url: string, parcels: readonly Parcel[], ...before: readonly Buffer[]): Promise<Reply> {
    const frames = [...before, grantFrame(this.grant), ...parcels.map(({ bytes }) => writeFrame('P', bytes))];
    return this.send(url, 'push', Buffer.concat(frames));
  }

  keys(url: string, names: readonly Audience[] = this.audiences): Promise<Reply> {
    const keys = names
      .filter((name) => !isSealed(name))
      .map((name) => {
        const { keyId, revisionKey } = secretsOf(name);
        return { audience: name, key: keyId, revisionKey: revisionKey.toString('base64url') };
      });
    return this.signed(url, 'keys', canonicalBytes({ keys }));
  }

  /** What the other side holds; undefined where it does not say. */
  async moved(url: string, held: Vectors = {}): Promise<Vectors | undefined> {
    const body = canonicalBytes({ poste: this.id, digest: digestOf(held) });
    return (await this.signed(url, 'moved', body)).json['vectors'] as Vectors | undefined;
  }

  async pull(url: string, vectors: Vectors = {}): Promise<{ status: number; parcels: readonly Parcel[] }> {
    const { status, bytes } = await this.signed(url, 'pull', canonicalBytes({ vectors, budget: 1e6 }));
    const parcels: Parcel[] = [];
    if (status !== 200) return { status, parcels };
    for await (const frame of framesOf(bytes)) {
      const parcel = frame.kind === 'P' && readParcel(frame.bytes);
      if (parcel && typeof parcel !== 'string') parcels.push(parcel);
    }
    return { status, parcels };
  }

  async signed(url: string, action: ExchangeAction, body: Buffer): Promise<Reply> {
    if (this.#nonce === undefined) {
      const question = canonicalBytes({ poste: this.id, digest: digestOf({ none: { [this.id]: 1 } }) });
      this.#nonce = String((await this.send(url, 'moved', question)).json['nonce']);
    }
    const request = { action, channel: `gateway ${UAI}`, nonce: this.#nonce, body };
    const { signature } = makeCredential(this.#signer, this.id, request);
    return this.send(url, action, body, `Preau ${this.id} ${this.#nonce} ${signature}`);
  }

  async send(url: string, action: ExchangeAction, body: Buffer, authorization?: string): Promise<Reply> {
    const response = await fetch(`${url}/v0/schools/${UAI}/${action}`, {
      method: 'POST',
      body: new Uint8Array(body),
      ...(authorization ? { headers: { authorization } } : {}),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type') === 'application/json';
    const json = isJson ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {};
    return { status: response.status, bytes, json };
  }
}

/** `fetch` expands what is compressed. */
async function* framesOf(bytes: Buffer): AsyncGenerator<Frame> {
  async function* one(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(bytes);
  }
  yield* readFrames(one());
}
