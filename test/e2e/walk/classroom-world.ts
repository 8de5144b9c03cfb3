import { X509Certificate } from 'node:crypto';
import type { Page } from 'playwright-core';
import type { InputOf, MethodOf, ReplyOf } from '../../../src/contract/define';
import type { StaffContract } from '../../../src/contract/staff';
import { connectPupil } from '../../../src/demo/pupils/client';
import { makePupilKey } from '../../../src/demo/pupils/keys';
import type { CodeCard } from '../../../src/contract/staff/people';
import type { Id } from '../../../src/domain/id';
import { askThrough, NOTHING, optionsOf, takesThisTab } from './classroom-devices';
import { SimulatedChild, type Profile } from './classroom-child';
import type { Pupil } from '../harness';
import { newSchool } from './opening';
import { World } from './world';

/** Invented; long ones, doubled first names, one letter, accents: what a wall must hold. */
export const FIRST_NAMES = [
  ...['Maximilien-Alexandre', 'Anne-Charlotte', 'Jean-Baptiste', 'Élisabeth', 'Ô', 'Marie-Françoise', 'Noé'],
  ...[
    'Zoé',
    'Abd-el-Kader',
    'Philippine',
    'Bartholomé',
    'Inès',
    'Lou',
    'Wolfgang',
    'Clémentine',
    'Théophile',
  ],
  ...['Océane', 'Pierre-Emmanuel', 'Guénolé', 'Yasmine', 'Hippolyte', 'Marguerite', 'Ambre', 'Gaspard'],
  ...['Louise-Éléonore', 'Sacha', 'Constantin', 'Véronique'],
];
export const CART = 'Chariot des grandes classes';
export const CLASS = 'CM1-CM2 de madame Saint-Cyr';
/** The cart's touch tablets, two more of it that wait, the room's computers, and four old ones without screen capture. */
const TABLETS = 15;
const SPARES = 2;
const COMPUTERS = 8;
const OLD = 4;

export interface Real {
  readonly label: string;
  readonly name: string;
  readonly pupil: Pupil;
  /** Requests it has sent to the door, by name. */
  readonly sent: string[];
}
/** The one that is swapped for a spare. */
export const SWAPPED = 'Tablette 2';
/** Who sits at the real browsers. */
const AT: readonly (readonly [label: string, name: string])[] = [
  ['Tablette 1', 'Maximilien-Alexandre'],
  [SWAPPED, 'Anne-Charlotte'],
  ['Ordinateur 1', 'Zoé'],
  ['iPad 1', 'Ô'],
];

/** A class of 28 on thirty devices: four real browsers, the others over the same door as they. */
export class Classroom extends World {
  classId!: Id<'class'>;
  cards: readonly CodeCard[] = [];
  origin = '';
  readonly real: Real[] = [];
  readonly simulated: SimulatedChild[] = [];
  readonly spares: SimulatedChild[] = [];

  /** What the staff window may ask, asked from it. */
  async ask<M extends MethodOf<StaffContract>>(
    method: M,
    input: InputOf<StaffContract, M>,
  ): Promise<ReplyOf<StaffContract, M>> {
    const reply = await this.page.evaluate(
      ([name, value]) =>
        (window as unknown as { preau: { request(m: string, i: unknown): Promise<unknown> } }).preau.request(
          name,
          value,
        ),
      [method, input] as const,
    );
    const { ok, value, error } = reply as { ok: boolean; value: never; error?: { code: string } };
    if (!ok) throw new Error(`${method}: ${error?.code ?? ''}`);
    return value;
  }

  /** A school with one class of 28, its picture codes and its cart. */
  async found(): Promise<void> {
    await newSchool(this.page);
    this.classId = (await this.ask('people.addClass', { label: CLASS, grades: ['CM1', 'CM2'] })).id;
    for (const first of FIRST_NAMES)
      await this.ask('people.addPupil', { class: this.classId, first, family: 'INVENTÉ' });
    const { staff } = await this.ask('people.staff', {});
    const head = staff[0];
    if (!head) throw new Error('nobody founded the school');
    await this.ask('people.assignClasses', { person: head.id, classes: [this.classId] });
    await this.ask('people.setPictureCode', { class: this.classId, on: true });
    this.cards = (await this.ask('people.codeCards', { class: this.classId })).cards;
    await this.ask('cart.create', { cart: 'cart_aaaaaaaaaaaaa', name: CART, bays: 20 });
    for (let n = 1; n <= TABLETS + SPARES; n += 1)
      await this.ask('inventory.addDevice', {
        label: `Tablette ${n}`,
        kind: 'tablet',
        cart: 'cart_aaaaaaaaaaaaa',
        bay: n,
      });
  }

  card(name: string): CodeCard {
    const found = this.cards.find((card) => card.name === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  }
  child(name: string): SimulatedChild {
    const found = this.simulated.find(({ child }) => child?.id === this.card(name).id);
    if (!found) throw new Error(`${name} is on no simulated device`);
    return found;
  }
  at(label: string): Real {
    const found = this.real.find((one) => one.label === label);
    if (!found) throw new Error(`no browser is ${label}`);
    return found;
  }
  browser(label: string): Page {
    return this.at(label).pupil.page;
  }

  /** Thirty devices known to this poste, connected, nobody at them yet. */
  async enrolAll(): Promise<void> {
    const { plainUrl, url } = await this.ask('classroom.joinInfo', {});
    const certificate = await fetch(new URL('/ecole.crt', plainUrl));
    this.authority = new X509Certificate(Buffer.from(await certificate.arrayBuffer())).toString();
    this.origin = new URL(url).origin;
    const { devices } = await this.ask('inventory.list', {});
    const known = new Map(devices.map(({ label, id }) => [label, id]));
    const ticket = (label: string, kind: 'tablet' | 'computer') => {
      const device = known.get(label);
      return this.ask('devices.startEnrolment', device ? { device } : { label, kind });
    };
    for (const [label, name] of AT) {
      const computer = label.startsWith('Ordinateur');
      const { enrolUrl } = await ticket(label, computer ? 'computer' : 'tablet');
      const pupil = await this.device(optionsOf(label, this.authority));
      if (computer) await takesThisTab(pupil.page);
      const sent: string[] = [];
      pupil.page.on('websocket', (line) =>
        line.on('framesent', ({ payload }) =>
          sent.push(/"method":"([\w.]+)"/.exec(String(payload))?.[1] ?? ''),
        ),
      );
      await pupil.page.goto(enrolUrl);
      await pupil.page.getByRole('heading', { name: 'Qui es-tu ?' }).waitFor();
      this.real.push({ label, name, pupil, sent });
      this.tablets.push(pupil);
    }
    const simulate = async (label: string, profile: Profile): Promise<SimulatedChild> => {
      const { code } = await ticket(label, profile === 'computer' ? 'computer' : 'tablet');
      const key = makePupilKey();
      const { origin, authority: root } = this;
      const first = await connectPupil({ origin, root, capabilities: NOTHING });
      await first.hello();
      const { keyId, device } = await first.request('door.enrol', { code, publicKey: key.publicKey });
      await first.close();
      const child = new SimulatedChild(label, profile, { origin, root, key, keyId, device: device.id });
      this.later(() => child.leave());
      await child.connect();
      return child;
    };
    for (let n = 3; n <= TABLETS; n += 1) this.simulated.push(await simulate(`Tablette ${n}`, 'tablet'));
    for (let n = 2; n <= COMPUTERS; n += 1)
      this.simulated.push(await simulate(`Ordinateur ${n}`, 'computer'));
    for (let n = 1; n <= OLD; n += 1) this.simulated.push(await simulate(`Portable ${n}`, 'plain'));
    for (let n = 1; n <= SPARES; n += 1)
      this.spares.push(await simulate(`Tablette ${TABLETS + n}`, 'tablet'));
  }

  /** Pupils at simulated devices, in the order of the devices. */
  get others(): readonly CodeCard[] {
    return this.cards.filter(({ name }) => !AT.some(([, at]) => at === name));
  }
  /** Those at whom a child sits now: a spare in the place of the tablet it took over. */
  get children(): readonly SimulatedChild[] {
    return [...this.simulated, ...this.spares].filter(({ child, dead }) => child !== undefined && !dead);
  }
  /** The real browsers somebody sits at: the second tablet was swapped for a spare. */
  get seated(): readonly Real[] {
    return this.real.filter(({ label }) => label !== SWAPPED);
  }
  simulatedAt(label: string): SimulatedChild {
    const found = [...this.simulated, ...this.spares].find((one) => one.label === label);
    if (!found) throw new Error(`nothing simulated is ${label}`);
    return found;
  }
  nameOf({ child, label }: SimulatedChild): string {
    const found = this.cards.find(({ id }) => id === child?.id);
    if (!found) throw new Error(`nobody sits at ${label}`);
    return found.name;
  }
  /** Asks for an address through the filter that a lesson runs, as a computer whose proxy is set. @returns the status */
  async throughTheFilter(): Promise<(url: string) => Promise<number>> {
    const { proxy = '' } = await this.ask('internet.state', {});
    return (url) => askThrough(proxy, url);
  }
}
