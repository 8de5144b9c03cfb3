/** An agent without a network: the outlets of one maker's table in memory, for tests that move time themselves. */
import { AgentError } from '../../../src/main/cart/strip/agent';
import { OUTLET_TABLES } from '../../../src/main/cart/strip/tables';
import type { Agent } from '../../../src/main/cart/strip/agent';
import type { OutletTable } from '../../../src/main/cart/strip/tables';

export class TableAgent {
  readonly outlets = new Map<number, { on: boolean; milliamperes: number }>();
  /** Instances are `prefix` and the outlet's number. */
  readonly #prefix: string;
  readonly #table: OutletTable;
  silent = false;
  garbled = false;
  deaf = false;
  onBattery = false;
  opened = 0;
  #wait: (() => Promise<void>) | undefined;

  constructor(id = 'apcRpdu2', outlets = 8) {
    const table = OUTLET_TABLES.find((one) => one.id === id);
    if (!table) throw new RangeError(id);
    this.#table = table;
    this.#prefix = { raritanPdu2: '1.', eatonEpdu: '0.' }[id] ?? '';
    for (let number = 1; number <= outlets; number += 1)
      this.outlets.set(number, { on: true, milliamperes: 300 });
  }

  hold(wait: (() => Promise<void>) | undefined): void {
    this.#wait = wait;
  }

  readonly open = (): Promise<Agent> => {
    this.opened += 1;
    let open = true;
    const turn = async (): Promise<void> => {
      await this.#wait?.();
      if (!open || this.silent) throw new AgentError('noAnswer');
    };
    return Promise.resolve({
      get: async (oids) => {
        await turn();
        const all = this.#values();
        return new Map(
          oids.flatMap((oid) => {
            const value = all.get(oid);
            return value === undefined ? [] : [[oid, value] as [string, number | string]];
          }),
        );
      },
      column: async (column) => {
        await turn();
        const found = new Map<string, number>();
        for (const [oid, value] of this.#values())
          if (oid.startsWith(`${column}.`) && typeof value === 'number')
            found.set(oid.slice(column.length + 1), value);
        return found;
      },
      set: async (oid, value) => {
        await turn();
        const number = Number(oid.split('.').at(-1));
        const outlet = this.outlets.get(number);
        const { command } = this.#table;
        if (!outlet || !command) throw new AgentError('refused', 'NotWritable');
        const on = oid.startsWith(command.on.column) && value === command.on.value;
        const off = oid.startsWith(command.off.column) && value === command.off.value;
        if (!on && !off) throw new AgentError('refused', 'WrongValue');
        if (!this.deaf) outlet.on = on;
      },
      close: () => {
        if (open) this.opened -= 1;
        open = false;
      },
    });
  };

  #values(): ReadonlyMap<string, number | string> {
    const { state, on, off, current, model } = this.#table;
    const values = new Map<string, number | string>();
    if (model !== undefined) values.set(model, 'Multiprise');
    values.set('1.3.6.1.2.1.33.1.4.1.0', this.onBattery ? 5 : 3);
    for (const [number, outlet] of this.outlets) {
      const instance = `${this.#prefix}${String(number)}`;
      const word = (outlet.on ? on : off)[0] ?? -1;
      values.set(`${state}.${instance}`, this.garbled ? 99 : word);
      if (!current) continue;
      const digits = current.digits === undefined ? 0 : 3;
      const suffix = current.suffix === undefined ? '' : `.${current.suffix}`;
      const drawn = outlet.on ? (outlet.milliamperes * 10 ** digits) / current.scale : 0;
      values.set(`${current.column}.${instance}${suffix}`, this.garbled ? -1 : drawn);
      if (current.digits !== undefined) values.set(`${current.digits}.${instance}${suffix}`, digits);
    }
    return values;
  }
}
