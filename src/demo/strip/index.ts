/**
 * A simulated power strip on loopback: a real SNMP agent (version 2c) with the outlet table of an APC strip, in which bricks of
 * laptops draw what their batteries take. It knows nothing of the driver that reads it. Never used by the product itself.
 */
import { createSocket, type Socket, type SocketType } from 'node:dgram';
import { once } from 'node:events';
import { charge, currentMa, PORT_VOLTS, type Battery } from '../hub/battery';
import type { HubTimers } from '../hub/hub';

export const STRIP_COMMUNITY = 'demonstration';
const OUTLETS = 8;
const MAINS_VOLTS = 230;
/** Part of what a brick takes that its laptop gets. */
const BRICK = 0.87;
/** PowerNet-MIB, rPDU2: state off(1) on(2); command immediateOn(1) immediateOff(2); tenths of amperes. */
const RPDU2 = '1.3.6.1.4.1.318.1.1.26';
const STATE = { table: 'state', oid: `${RPDU2}.9.2.3.1`, column: 5 };
const COMMAND = { table: 'command', oid: `${RPDU2}.9.2.4.1`, column: 5 };
const CURRENT = { table: 'current', oid: `${RPDU2}.9.4.3.1`, column: 6 };
const IDENTITY = { table: 'identity', oid: `${RPDU2}.2.1`, model: 8, serial: 9 };
const ON = 2;
const OFF = 1;
const IMMEDIATE_OFF = 2;
const INDEX = 1;

export interface StripServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  close(): Promise<void>;
}

/** What is asked of the library, whose types leave its agent out. */
interface Mib {
  addTableRow(table: string, row: readonly (number | string)[]): void;
  getTableSingleCell(table: string, column: number, row: readonly number[]): unknown;
  setTableSingleCell(table: string, column: number, row: readonly number[], value: number): void;
}

/** @param batteries by outlet, from 1; an outlet without one feeds nothing */
export async function serveStrip(
  batteries: ReadonlyMap<number, Battery>,
  timers: HubTimers,
): Promise<StripServer> {
  const { default: snmp } = await import('net-snmp');
  const sockets: Socket[] = [];
  // The library takes port 0 for SNMP's own, which needs a right and may be somebody's.
  const dgramModule = {
    createSocket: (type: SocketType) => {
      const socket = createSocket(type);
      sockets.push(socket);
      const bind = socket.bind.bind(socket);
      return Object.assign(socket, { bind: (_: number, address: string) => bind({ port: 0, address }) });
    },
  };
  const agent = snmp.createAgent(
    { address: '127.0.0.1', transport: 'udp4', disableAuthorization: false, dgramModule },
    () => undefined,
  );
  agent.getAuthorizer().addCommunity(STRIP_COMMUNITY);
  const mib: Mib = agent.getMib();
  const { Integer, OctetString } = snmp.ObjectType;
  const access = snmp.MaxAccess;
  const table = (
    { table: name, oid }: { readonly table: string; readonly oid: string },
    columns: readonly { readonly number: number; readonly type: number; readonly writable?: boolean }[],
    handler?: (request: { done(): void }) => void,
  ): void => {
    agent.registerProvider({
      name,
      type: snmp.MibProviderType.Table,
      oid,
      maxAccess: access['not-accessible'],
      tableColumns: [
        { number: INDEX, name: `${name}Index`, type: Integer, maxAccess: access['read-only'] },
        ...columns.map(({ number, type, writable }) => ({
          number,
          name: `${name}${number}`,
          type,
          maxAccess: writable ? access['read-write'] : access['read-only'],
        })),
      ],
      tableIndex: [{ columnName: `${name}Index` }],
      ...(handler && { handler }),
    });
  };

  let chargedTo = timers.now();
  /** Brings batteries and columns to the present; who asks is answered after it. */
  const present = (request: { done(): void }): void => {
    const seconds = (timers.now() - chargedTo) / 1000;
    chargedTo = timers.now();
    for (let outlet = 1; outlet <= OUTLETS; outlet += 1) {
      const battery = batteries.get(outlet);
      const on = mib.getTableSingleCell(STATE.table, STATE.column, [outlet]) === ON;
      if (battery && on) charge(battery, seconds);
      const commanded = mib.getTableSingleCell(COMMAND.table, COMMAND.column, [outlet]) === IMMEDIATE_OFF;
      mib.setTableSingleCell(STATE.table, STATE.column, [outlet], commanded ? OFF : ON);
      const watts = battery && !commanded ? (currentMa(battery) / 1000) * PORT_VOLTS : 0;
      const tenths = Math.round((watts / BRICK / MAINS_VOLTS) * 10);
      mib.setTableSingleCell(CURRENT.table, CURRENT.column, [outlet], tenths);
    }
    request.done();
  };
  table(IDENTITY, [
    { number: IDENTITY.model, type: OctetString },
    { number: IDENTITY.serial, type: OctetString },
  ]);
  table(STATE, [{ number: STATE.column, type: Integer }], present);
  table(COMMAND, [{ number: COMMAND.column, type: Integer, writable: true }]);
  table(CURRENT, [{ number: CURRENT.column, type: Integer }]);
  mib.addTableRow(IDENTITY.table, [1, 'AP7920B', 'DEMO5A0001']);
  for (let outlet = 1; outlet <= OUTLETS; outlet += 1) {
    mib.addTableRow(STATE.table, [outlet, ON]);
    mib.addTableRow(COMMAND.table, [outlet, 1]);
    mib.addTableRow(CURRENT.table, [outlet, 0]);
  }
  const [socket] = sockets;
  if (!socket) throw new Error('the strip has no socket');
  await once(socket, 'listening');
  return {
    host: '127.0.0.1',
    port: socket.address().port,
    close: () =>
      new Promise((closed) => {
        agent.close(() => {
          closed();
        });
      }),
  };
}
