/**
 * The outlets of an invented strip behind a real snmpd (`pass_persist`): snmpd speaks SNMP, this answers for one table. State stands in a
 * file, so that a test sees from outside whether an outlet was really switched.
 *   node outlets.mjs STATE.json
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , file] = process.argv;
const APC = '.1.3.6.1.4.1.318.1.1.26';
const STATE = `${APC}.9.2.3.1.5`;
const COMMAND = `${APC}.9.2.4.1.5`;
const CURRENT = `${APC}.9.4.3.1.6`;

/** `{ outlets: { "1": { on, tenths } }, stuck: [2] }` */
const load = () => JSON.parse(readFileSync(file, 'utf8'));

function table() {
  const { outlets } = load();
  const rows = [
    [`${APC}.2.1.8.1`, 'string', 'AP8959EU3'],
    [`${APC}.2.1.9.1`, 'string', 'ZA0000000007'],
  ];
  for (const [number, { on, tenths }] of Object.entries(outlets)) {
    rows.push([`${STATE}.${number}`, 'integer', on ? 2 : 1]);
    rows.push([`${COMMAND}.${number}`, 'integer', on ? 1 : 2]);
    rows.push([`${CURRENT}.${number}`, 'gauge', on ? tenths : 0]);
  }
  return rows.sort(([a], [b]) => compare(a, b));
}

function compare(a, b) {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? -1) - (right[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

const say = (...lines) => process.stdout.write(lines.map((line) => `${line}\n`).join(''));
const answer = (row) => (row ? say(...row) : say('NONE'));

function set(oid, value) {
  const number = oid.slice(COMMAND.length + 1);
  const all = load();
  const outlet = oid.startsWith(`${COMMAND}.`) ? all.outlets[number] : undefined;
  if (!outlet) return say('not-writable');
  if (value !== 1 && value !== 2) return say('wrong-value');
  // A relay that does not move: the agent takes the order and nothing happens.
  if (!all.stuck?.includes(Number(number))) outlet.on = value === 1;
  writeFileSync(file, JSON.stringify(all));
  return say('DONE');
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => String((await lines.next()).value ?? '').trim();
for (;;) {
  const { value, done } = await lines.next();
  if (done) break;
  const word = String(value).trim().toLowerCase();
  if (word === 'ping') say('PONG');
  else if (word === 'get') {
    const oid = await next();
    answer(table().find(([one]) => one === oid));
  } else if (word === 'getnext') {
    const oid = await next();
    answer(table().find(([one]) => compare(one, oid) > 0));
  } else if (word === 'set') {
    const oid = await next();
    const [, number] = (await next()).split(/\s+/);
    set(oid, Number(number));
  }
}
