/**
 * Where makers keep their outlets (facts of their MIB files). A strip is recognised by which of these columns it answers, not by its name:
 * the same table is sold under several brands. Numbers mean opposite things from one table to the next.
 */

/** A column of integers, one instance an outlet. */
export interface OutletTable {
  readonly id: string;
  /** State of the outlet; the instance found here (`5`, `1.5`, `0.5`) is the outlet's everywhere in the table. */
  readonly state: string;
  readonly on: readonly number[];
  readonly off: readonly number[];
  /** Absent where the table is read only. */
  readonly command?: {
    readonly on: { readonly column: string; readonly value: number };
    readonly off: { readonly column: string; readonly value: number };
  };
  /** Milliamperes are the value times `scale`; `digits`: a column of decimal places of amperes instead. `suffix` follows the instance. */
  readonly current?: {
    readonly column: string;
    readonly scale: number;
    readonly digits?: string;
    readonly suffix?: string;
  };
  readonly model?: string;
  readonly serial?: string;
}

const APC = '1.3.6.1.4.1.318.1.1';
const RARITAN = '1.3.6.1.4.1.13742.6';
const EATON = '1.3.6.1.4.1.534.6.6.7';
const CYBERPOWER = '1.3.6.1.4.1.3808.1.1.3';

export const OUTLET_TABLES: readonly OutletTable[] = [
  {
    // PowerNet-MIB rPDU2: APC's strips since 2010. off(1), on(2); immediateOn(1), immediateOff(2); tenths of amperes.
    id: 'apcRpdu2',
    state: `${APC}.26.9.2.3.1.5`,
    on: [2],
    off: [1],
    command: {
      on: { column: `${APC}.26.9.2.4.1.5`, value: 1 },
      off: { column: `${APC}.26.9.2.4.1.5`, value: 2 },
    },
    current: { column: `${APC}.26.9.4.3.1.6`, scale: 100 },
    model: `${APC}.26.2.1.8.1`,
    serial: `${APC}.26.2.1.9.1`,
  },
  {
    // PowerNet-MIB rPDU, the older one: outletStatusOn(1), outletStatusOff(2). The other way round.
    id: 'apcRpdu',
    state: `${APC}.12.3.5.1.1.4`,
    on: [1],
    off: [2],
    command: {
      on: { column: `${APC}.12.3.3.1.1.4`, value: 1 },
      off: { column: `${APC}.12.3.3.1.1.4`, value: 2 },
    },
    model: `${APC}.12.1.5.0`,
    serial: `${APC}.12.1.6.0`,
  },
  {
    // PDU2-MIB (Raritan, Server Technology PRO3X, Legrand): on(7), off(8) of a sensor enumeration; switchingOperation off(0), on(1).
    id: 'raritanPdu2',
    state: `${RARITAN}.4.1.2.1.3`,
    on: [7],
    off: [8],
    command: {
      on: { column: `${RARITAN}.4.1.2.1.2`, value: 1 },
      off: { column: `${RARITAN}.4.1.2.1.2`, value: 0 },
    },
    // Sensor type 1 is rmsCurrent.
    current: {
      column: `${RARITAN}.5.4.3.1.4`,
      scale: 1000,
      digits: `${RARITAN}.3.5.4.1.7`,
      suffix: '1',
    },
    model: `${RARITAN}.3.2.1.1.3.1`,
    serial: `${RARITAN}.3.2.1.1.4.1`,
  },
  {
    // EATON-EPDU-MIB: off(0), on(1), pendingOff(2), pendingOn(3); a command is a delay in seconds written in its own column.
    id: 'eatonEpdu',
    state: `${EATON}.6.6.1.2`,
    on: [1, 2],
    off: [0, 3],
    command: {
      on: { column: `${EATON}.6.6.1.4`, value: 0 },
      off: { column: `${EATON}.6.6.1.3`, value: 0 },
    },
    current: { column: `${EATON}.6.4.1.3`, scale: 1 },
  },
  {
    // CPS-MIB ePDU: outletStatusOn(1), outletStatusOff(2); load in tenths of amperes.
    id: 'cyberPower',
    state: `${CYBERPOWER}.3.5.1.1.4`,
    on: [1],
    off: [2],
    command: {
      on: { column: `${CYBERPOWER}.3.3.1.1.4`, value: 1 },
      off: { column: `${CYBERPOWER}.3.3.1.1.4`, value: 2 },
    },
    current: { column: `${CYBERPOWER}.3.5.1.1.7`, scale: 100 },
    model: `${CYBERPOWER}.1.5.0`,
    serial: `${CYBERPOWER}.1.6.0`,
  },
];

/** MIB-2 sysDescr: what it says of itself in words. */
export const SYS_DESCRIPTION = '1.3.6.1.2.1.1.1.0';
/** ENTITY-MIB (RFC 6933) of the first physical entity. */
export const ENTITY_MODEL = '1.3.6.1.2.1.47.1.1.1.1.13.1';
export const ENTITY_SERIAL = '1.3.6.1.2.1.47.1.1.1.1.11.1';
/** UPS-MIB (RFC 1628) upsOutputSource: battery(5). */
export const UPS_OUTPUT_SOURCE = '1.3.6.1.2.1.33.1.4.1.0';
export const UPS_ON_BATTERY = 5;

/** The outlet's number as printed on the strip: the last part of its instance. */
export const outletOf = (instance: string): number => Number(instance.split('.').at(-1));
