import { databaseName } from '../../../src/domain/audience';
import {
  createNonces,
  keysRequestSchema,
  parseMessage,
  sha256,
  type Answers,
  type Credential,
} from '../../../src/exchange';
import { communeSchools, gatewayChannel, type CommuneSchool } from '../../../sync-server/commune-school';
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
  #running: { readonly life: Life; readonly schools: ReturnType<typeof communeSchools> } | undefined;

  constructor(
    private readonly world: Network,
    readonly name: string,
    private readonly disk: CommuneDisk,
    private readonly dies: (gateway: Gateway) => boolean,
  ) {}

  get life(): Life | undefined {
    return this.#running?.life;
  }

  /** What a gateway remembers between two requests is gone after a crash, and stale after another one's write. */
  start(): void {
    if (this.#running) return;
    const life = new Life();
    const store = communeStore(this.disk, {
      life,
      schedule: this.world.schedule,
      latency: () => this.world.random.below(3),
      dies: () => {
        const dies = this.dies(this);
        if (dies) this.crash();
        return dies;
      },
    });
    this.#running = { life, schools: communeSchools(store, createNonces(SECRET, this.#clock)) };
  }

  crash(): void {
    const { life } = this.#running ?? {};
    this.#running = undefined;
    life?.end();
  }

  readonly #clock = (): number => START + this.world.schedule.now + this.clockError;

  async #school(): Promise<CommuneSchool> {
    if (!this.#running) throw new LineDown('off');
    const school = await this.#running.schools.find(UAI);
    if (!school) throw new Error('the commune does not know the school');
    return school;
  }

  async answers(): Promise<Answers> {
    return (await this.#school()).answers;
  }

  async answered(): Promise<void> {
    const school = await this.#school();
    await school.flush();
    // Apart from any answer: what has come may ask for a sweep.
    school.settle().catch((error: unknown) => this.world.broke(this.name, error));
  }

  /** As sync-server/gateway.ts answers `keys`. */
  async keys(body: Buffer, credential: Credential): Promise<void> {
    const school = await this.#school();
    school.answers.caller('keys', body, credential);
    const { keys } = parseMessage(keysRequestSchema, body);
    for (const { audience, key, revisionKey } of keys)
      await school.keepKey(audience, key, Buffer.from(revisionKey, 'base64url'));
  }
}

/** The commune as an enrolment leaves it: it knows the school and its head's key. */
export const enrol = (disk: CommuneDisk): void =>
  disk.enrol(UAI, { _id: 'school', uai: UAI, school: SCHOOL, headKeys: [HEAD.publicKey] });

export const openBase = (disk: CommuneDisk, audience: string): Documents | undefined =>
  disk.bases.get(databaseName(UAI, audience));
