import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idFrom, type Id } from '../../../src/domain/id';
import type { TraceEntry } from '../../../src/domain/privacy/trace';
import type { Actor } from '../../../src/domain/rights/actor';
import { signerFrom } from '../../../src/exchange';
import { openOutlet, boxesHeld, publishBoxes } from '../../../src/main/privacy/trace-outlet';
import {
  makeSheet,
  openSheet,
  readSheet,
  isSigned,
  boxOf,
  FIRST_PLACE,
} from '../../../src/main/privacy/trace-sheet';
import { createTraceReader } from '../../../src/main/privacy/traces';
import { createTraces, type Traces } from '../../../src/main/privacy/tracer';
import { FileKeyring } from '../../../src/store/keyring';
import { PouchStore } from '../../../src/store/pouch-store';
import { QUICK } from '../password-cost';

const bytes = (name: string): Buffer => createHash('sha256').update(name).digest();
const POSTE = idFrom('poste', bytes('poste'));
const signer = signerFrom(bytes('seed'));
const HEAD: Actor = { kind: 'staff', personId: idFrom('staff', bytes('head')), grants: [] };
const pupil = (n: number): Id<'pupil'> => idFrom('pupil', bytes(`pupil ${String(n)}`));

let folder: string;
let now: number;
let waiting: (() => void)[];
let failures: unknown[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preau-traces-'));
  now = Date.UTC(2026, 10, 22, 9);
  waiting = [];
  failures = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function poste(options: { box?: boolean } = {}) {
  const keyring = await FileKeyring.open({
    path: join(folder, 'keys.json'),
    machineSecret: bytes('machine'),
    stretch: QUICK,
  });
  for (const name of ['parc', 'traces']) if (!keyring.has(name)) await keyring.create(name);
  const store = new PouchStore({ folder, keyring });
  const parc = await store.open('parc');
  const outletDeps = {
    folder,
    parc,
    keyring,
    identity: { poste: POSTE, signer },
    random: randomBytes,
    isHead: () => options.box !== false,
  };
  const traces = createTraces({
    clock: () => (now += 1000),
    after: (_ms, run) => {
      waiting.push(run);
      return () => (waiting = waiting.filter((one) => one !== run));
    },
    failed: (error) => failures.push(error),
  });
  const reader = createTraceReader(parc, (id) => (id === POSTE ? [signer.publicKey] : []));
  return {
    keyring,
    store,
    parc,
    traces,
    outletDeps,
    open: async () => traces.open(await openOutlet(outletDeps)),
    read: () =>
      reader.read({
        boxes: boxesHeld(keyring),
        horizon: undefined,
        known: { [POSTE]: traces.place()?.n ?? 0 },
      }),
    async end() {
      await traces.close();
      await store.close();
    },
  };
}
const look = (traces: Traces, n: number): void => traces.trace(HEAD, 'pupil.change', [pupil(n)]);
const subjects = (entries: readonly TraceEntry[]): readonly (string | undefined)[] =>
  [...entries].sort((a, b) => a.n - b.n).map(({ on }) => on[0]);
const journal = (): string => join(folder, 'traces', `${POSTE}.journal`);

describe('the journal of a computer', () => {
  it('becomes sheets that who holds the box reads, and no name stands anywhere', async () => {
    const at = await poste();
    at.traces.trace({ kind: 'anonymous' }, 'session.wrong', ['Léa Dupont', 'SIGN_IN_WRONG']);
    await at.open();
    for (let n = 0; n < 600; n += 1) look(at.traces, n);
    await at.traces.flush();
    const { entries, chains } = at.read();
    expect(entries).toHaveLength(601);
    expect(entries.map(({ n }) => n).sort((a, b) => a - b)).toEqual(entries.map((_, index) => index + 1));
    expect(chains).toMatchObject([{ poste: POSTE, entries: 601, sealed: 0, faults: [] }]);
    expect(JSON.stringify(entries)).not.toContain('Dupont');
    expect(at.parc.all('traceSheet').length).toBeLessThanOrEqual(4);
    expect(JSON.stringify(at.parc.all('traceSheet'))).not.toContain(pupil(3));
    await at.end();
    expect(failures).toEqual([]);
  });

  it('keeps what was acknowledged when the process ends at any moment', async () => {
    const first = await poste({ box: false });
    await first.open();
    for (let n = 0; n < 40; n += 1) look(first.traces, n);
    // Killed: nothing is closed, nothing flushed. Its own end of the store is let go of for the next one.
    const killed = readFileSync(journal());
    await first.store.close();
    expect(killed.includes(Buffer.from(pupil(3)))).toBe(false);
    for (const cut of [0, 1, 3, 17, 100]) {
      writeFileSync(journal(), killed);
      truncateSync(journal(), killed.length - cut);
      const again = await poste({ box: false });
      const outlet = await openOutlet(again.outletDeps);
      // A record cut in the middle was never acknowledged; all before it is there.
      expect(outlet.journal.damaged).toBe(false);
      expect(outlet.journal.entries.length).toBeGreaterThanOrEqual(cut === 0 ? 40 : 38);
      await outlet.journal.close();
      await again.store.close();
    }
  });

  it('goes on behind a sheet that was written before the file knew it', async () => {
    const first = await poste();
    await first.open();
    for (let n = 0; n < 5; n += 1) look(first.traces, n);
    const before = readFileSync(journal());
    await first.traces.flush();
    await first.end();
    writeFileSync(journal(), before);
    const second = await poste();
    await second.open();
    look(second.traces, 5);
    await second.traces.flush();
    const { entries, chains } = second.read();
    expect(subjects(entries)).toEqual([0, 1, 2, 3, 4, 5].map(pupil));
    expect(chains[0]?.faults).toEqual([]);
    await second.end();
  });

  it('says when the file was damaged, and goes on', async () => {
    const first = await poste({ box: false });
    await first.open();
    for (let n = 0; n < 10; n += 1) look(first.traces, n);
    await first.end();
    const bytesThere = readFileSync(journal());
    bytesThere[bytesThere.length - 400] = (bytesThere[bytesThere.length - 400] ?? 0) ^ 1;
    writeFileSync(journal(), bytesThere);
    const second = await poste();
    await second.open();
    look(second.traces, 10);
    await second.traces.flush();
    expect(second.read().entries.some((entry) => entry.do === 'trace.lost')).toBe(true);
    expect(second.read().chains[0]?.faults).toEqual([]);
    await second.end();
  });

  it('waits for a box, and is sealed when there is one', async () => {
    const at = await poste({ box: false });
    await at.open();
    look(at.traces, 1);
    await at.traces.flush();
    expect(at.parc.all('traceSheet')).toHaveLength(0);
    await publishBoxes({ ...at.outletDeps, isHead: () => true });
    for (const run of waiting.splice(0)) run();
    await at.traces.flush();
    expect(at.parc.all('traceSheet')).toHaveLength(1);
    await at.end();
  });

  it('counts one look again and again as one, and every change', async () => {
    const at = await poste();
    await at.open();
    for (let n = 0; n < 20; n += 1) at.traces.trace(HEAD, 'pupil.read', [pupil(1)]);
    at.traces.trace(HEAD, 'pupil.read', [pupil(2)]);
    now += 11 * 60_000;
    at.traces.trace(HEAD, 'pupil.read', [pupil(1)]);
    look(at.traces, 1);
    look(at.traces, 1);
    await at.traces.flush();
    expect(at.read().entries).toHaveLength(5);
    await at.end();
  });

  it('is sealed to another box once the key of administrators was exchanged', async () => {
    const at = await poste();
    await at.open();
    look(at.traces, 1);
    await at.traces.flush();
    const left = boxesHeld(at.keyring);
    await at.keyring.rotate('traces');
    look(at.traces, 2);
    await at.traces.flush();
    expect(at.read().entries).toHaveLength(2);
    const reader = createTraceReader(at.parc, () => [signer.publicKey]);
    const seen = reader.read({ boxes: left, horizon: undefined, known: {} });
    expect(subjects(seen.entries)).toEqual([pupil(1)]);
    expect(seen.chains[0]).toMatchObject({ sealed: 1, faults: [] });
    await at.end();
  });

  it('never throws into a request when the disk says no', async () => {
    const at = await poste();
    await at.open();
    look(at.traces, 1);
    await at.traces.flush();
    // The base is closed under it: what follows has nowhere to go.
    await at.store.close();
    expect(() => look(at.traces, 2)).not.toThrow();
    await at.traces.flush();
    await at.traces.close();
    expect(failures.length).toBeGreaterThan(0);
  });
});

describe('a sheet that somebody altered', () => {
  const tracesKey = bytes('traces');
  const box = boxOf(tracesKey);
  const entries: TraceEntry[] = [1, 2, 3].map((n) => ({
    n,
    at: '2026-11-22T09:00:00.000Z',
    by: 'poste',
    do: 'pupil.read',
    on: [pupil(n)],
  }));
  const { sheet } = makeSheet({
    poste: POSTE,
    signer,
    box: box.publicKey,
    place: FIRST_PLACE,
    entries,
    seed: bytes('ephemeral'),
  });

  it('opens untouched', () => {
    expect(openSheet(sheet, box)).toEqual(entries);
    expect(isSigned(sheet, [signer.publicKey])).toBe(true);
  });
  it.each(Object.keys(sheet).filter((name) => !['_id', 'type', 'v'].includes(name)))(
    'shows it: %s',
    (name) => {
      const value = sheet[name];
      const other =
        typeof value === 'number'
          ? value + 1
          : name === 'poste'
            ? idFrom('poste', bytes('another'))
            : name === 'at'
              ? '2026-11-21T09:00:00.000Z'
              : `${String(value).slice(0, 9)}${String(value)[9] === 'A' ? 'B' : 'A'}${String(value).slice(10)}`;
      const altered = readSheet({ ...sheet, [name]: other });
      expect(altered === undefined || !isSigned(altered, [signer.publicKey])).toBe(true);
    },
  );
  it.each([
    ['an entry less', [entries[0], entries[2]]],
    ['two in another order', [entries[1], entries[0], entries[2]]],
    ['another subject', entries.map((entry, at) => (at === 1 ? { ...entry, on: [pupil(9)] } : entry))],
    ['another author', entries.map((entry, at) => (at === 1 ? { ...entry, by: 'nobody' } : entry))],
    [
      'another instant',
      entries.map((entry, at) => (at === 1 ? { ...entry, at: '2026-11-22T09:00:01.000Z' } : entry)),
    ],
  ])('shows it even to who can seal, where the chain stays the one others hold: %s', (_what, changed) => {
    const forged = makeSheet({
      poste: POSTE,
      signer,
      box: box.publicKey,
      place: FIRST_PLACE,
      entries: changed.filter((entry) => entry !== undefined),
      seed: bytes('ephemeral'),
    });
    const passedOff = { ...forged.sheet, head: sheet.head, from: sheet.from, to: sheet.to };
    expect(openSheet(passedOff, box)).toBeUndefined();
  });
  it('does not open with another key, nor by a bomb', () => {
    expect(openSheet(sheet, boxOf(bytes('another')))).toBeUndefined();
    expect(readSheet({ ...sheet, sealed: 'A'.repeat(2_000_001) })).toBeUndefined();
    expect(readSheet({ ...sheet, from: 5, to: 1 })).toBeUndefined();
  });
});
