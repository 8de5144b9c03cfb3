import {
  createNonces,
  keysRequestSchema,
  parseMessage,
  sha256,
  type Answers,
  type Credential,
} from '../../../src/exchange';
import { gatewayChannel, openSchool } from '../../../sync-server/commune-replica';
import { documentsDatabase, parcelsDatabase } from '../../../sync-server/school-record';
import { communeStore, type CommuneDisk } from './commune-store';
import type { Documents } from './documents';
import { LineDown } from './line';
import type { Network, Site } from './remote';
import { Life } from './schedule';
import { HEAD, SCHOOL, START, UAI } from './school';

/** What both gateways know without any store. */
const SECRET = sha256(Buffer.from('the gateways’ secret'));

/** The commune's own code (sync-server) over a database server in memory; the HTTP shell is left out. */
export class Gateway implements Site {
  readonly channel = gatewayChannel(UAI);
  clockError = 0;
  #life: Life | undefined;

  constructor(
    private readonly world: Network,
    readonly name: string,
    private readonly disk: CommuneDisk,
    private readonly diesAt: (gateway: Gateway) => boolean,
  ) {}

  get life(): Life | undefined {
    return this.#life;
  }

  start(): void {
    this.#life ??= new Life();
  }

  crash(): void {
    const life = this.#life;
    this.#life = undefined;
    life?.end();
  }

  readonly #clock = (): number => START + this.world.schedule.now + this.clockError;

  async #school() {
    const life = this.#life;
    if (!life) throw new LineDown('off');
    const store = communeStore(this.disk, {
      life,
      schedule: this.world.schedule,
      latency: () => this.world.random.below(3),
      diesAt: () => {
        const dies = this.diesAt(this);
        if (dies) this.crash();
        return dies;
      },
    });
    const school = await openSchool(store, UAI, createNonces(SECRET, this.#clock));
    if (!school) throw new Error('the commune does not know the school');
    return school;
  }

  async answers(): Promise<Answers> {
    return (await this.#school()).answers;
  }

  /** As sync-server/gateway.ts answers `keys`. */
  async keys(body: Buffer, credential: Credential): Promise<void> {
    const school = await this.#school();
    school.answers.caller('keys', body, credential);
    const { keys } = parseMessage(keysRequestSchema, body);
    for (const { audience, key, revisionKey } of keys)
      await school.keepKey(audience, key, Buffer.from(revisionKey, 'base64url'));
    const again = await this.#school();
    for (const { audience } of keys) await again.replica.applyBacklog(audience);
  }
}

/** The commune as provisioning leaves it: it knows the school and its head's key. */
export function enrol(disk: CommuneDisk): void {
  const record = { _id: 'school', _rev: disk.nextRevision(undefined), uai: UAI, school: SCHOOL };
  disk.shelves.set(parcelsDatabase(UAI), new Map([['school', { ...record, headKeys: [HEAD.publicKey] }]]));
}

export const openDocuments = (disk: CommuneDisk, audience: string): Documents | undefined =>
  disk.databases.get(documentsDatabase(UAI, audience));
export { parcelsDatabase };
