import { describe, expect, it } from 'vitest';
import type { DocumentBody } from '../store/port';
import { SIGN_AGAIN_MAX } from './limits';
import { NONCE_LIFETIME_MS } from './nonce';
import { exchange } from './run';
import { noCounters, type Remote } from './run-parts';
import {
  AUDIENCES,
  bytesFor,
  CLASSE,
  ECOLE,
  grantFor,
  idFor,
  member,
  PARC,
  remoteTo,
  run,
  SUIVI,
  type Member,
} from './testing/school';

const GRANTS = ['anne', 'marc'].map((name) => grantFor(name));
const note = (n: number, size = 1): DocumentBody => ({
  _id: idFor('event', `note ${n}`),
  type: 'note',
  v: 1,
  text: Array.from({ length: size }, (_, at) => bytesFor(`${n} ${at}`).toString('hex')).join(''),
});
const poste = (name: string, clock?: () => number): Member =>
  member(name, { grants: GRANTS, ...(clock ? { clock } : {}) });
const gateway = (clock?: () => number): Member =>
  member('gateway', { opens: 'nothing', grants: GRANTS, ...(clock ? { clock } : {}) });
/** About 13 kB a parcel and no less: noise does not shrink to nothing. */
async function fill(who: Member, audience: string, parcels: number): Promise<void> {
  for (let n = 0; n < parcels; n++) {
    who.documents.write(audience, note(n, 400));
    await who.replica.packOwn(audience);
  }
}

describe('a run with a budget', () => {
  it('moves what fits, says what is left, and the next ones bring the rest', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    await fill(anne, CLASSE, 4);
    await fill(anne, SUIVI, 4);
    await fill(marc, CLASSE, 4);
    const first = await run(anne, marc, undefined, { budget: 40_000 });
    expect(first.counters.sentBytes).toBeLessThanOrEqual(40_000);
    expect(first.counters.sent).toBeGreaterThan(0);
    expect(first.left).toEqual({ up: [CLASSE, SUIVI], down: [CLASSE] });
    let runs = 0;
    for (let left = first.left; left.up.length + left.down.length > 0; runs++)
      left = (await run(anne, marc, undefined, { budget: 40_000 })).left;
    expect(runs).toBeGreaterThan(1);
    for (const audience of AUDIENCES)
      expect(marc.documents.snapshot(audience)).toEqual(anne.documents.snapshot(audience));
    expect((await run(anne, marc, undefined, { budget: 0 })).left).toEqual({ up: [], down: [] });
  });

  it('of nothing moves nothing and still says what waits', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    await fill(anne, CLASSE, 1);
    await fill(marc, SUIVI, 1);
    const end = await run(anne, marc, undefined, { budget: 0 });
    expect(end.counters).toMatchObject({ sent: 0, received: 0 });
    expect(end.left).toEqual({ up: [CLASSE], down: [SUIVI] });
  });
});

describe('how far the other side holds what is written here', () => {
  it('is said for what it took, in the run that brings it and in the next', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    await fill(anne, CLASSE, 2);
    const to = (await anne.replica.vectors('all'))[CLASSE]?.[anne.poste];
    expect(to).toBeGreaterThan(0);
    expect((await run(anne, marc)).confirmed).toEqual({ [CLASSE]: to });
    expect((await run(anne, marc)).confirmed).toEqual({ [CLASSE]: to });
    expect((await run(marc, anne)).confirmed).toEqual({});
  });

  it('is not said where something was left, or not taken', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    await fill(anne, CLASSE, 2);
    await fill(anne, SUIVI, 1);
    expect((await run(anne, marc, undefined, { budget: 20_000 })).confirmed).toEqual({});
    const narrow = member('marc', { grants: GRANTS, audiences: [CLASSE] });
    const { replica, poste: own, signer, audiences } = anne;
    const remote = remoteTo(narrow);
    const end = await exchange({ replica, remote, poste: own, signer, audiences, counters: noCounters() });
    expect(end.theirs.map(({ reason }) => reason)).toEqual(['AUDIENCE_FORBIDDEN']);
    expect(Object.keys(end.confirmed)).toEqual([CLASSE]);
  });

  it('does not run ahead: what is packed while the run is under way may be nowhere else', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    await fill(anne, CLASSE, 1);
    const remote = remoteTo(marc);
    const writing: Remote = {
      ...remote,
      async push(frames) {
        const reply = await remote.push(frames);
        anne.documents.write(CLASSE, note(7));
        // As an answer to another poste does.
        await anne.replica.packOwn(CLASSE);
        return reply;
      },
    };
    const before = (await anne.replica.vectors('all'))[CLASSE]?.[anne.poste];
    const { replica, poste: own, signer, audiences } = anne;
    const end = await exchange({
      replica,
      remote: writing,
      poste: own,
      signer,
      audiences,
      counters: noCounters(),
    });
    expect((await anne.replica.vectors('all'))[CLASSE]?.[anne.poste]).toBeGreaterThan(before ?? 0);
    expect(end.confirmed).toEqual({ [CLASSE]: before });
  });
});

describe('a year that ends while a run is under way', () => {
  it('is neither asked for again nor taken for a folder that was put back', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    await fill(anne, CLASSE, 2);
    await fill(anne, SUIVI, 1);
    await run(anne, marc);
    await fill(marc, CLASSE, 1);
    const held = new Set(AUDIENCES);
    const remote = remoteTo(marc);
    const ending: Remote = {
      ...remote,
      async moved(body, credential) {
        held.delete(CLASSE);
        await anne.shelf.cover(CLASSE, new Map(), [anne.poste]);
        return remote.moved(body, credential);
      },
    };
    const { replica, poste: own, signer, audiences } = anne;
    const counters = noCounters();
    const common = { replica, remote: ending, poste: own, signer, audiences, counters };
    const end = await exchange({ ...common, holds: () => held });
    expect(replica.restored).toBe(false);
    expect(end.ours).toEqual([]);
    expect(counters.received).toBe(0);
    // The same, where nobody says that the year is over, is what such a folder looks like.
    await expect(exchange(common)).rejects.toThrow('own chain ahead');
  });
});

describe('a run for some classes', () => {
  it('brings the register and the notices, both ways, and leaves the rest for later', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    for (const audience of AUDIENCES) {
      anne.documents.write(audience, note(1));
      marc.documents.write(audience, note(2));
    }
    const end = await run(anne, marc, undefined, { priorities: ['urgent'] });
    for (const audience of [CLASSE, ECOLE])
      expect(marc.documents.snapshot(audience)).toEqual(anne.documents.snapshot(audience));
    expect(marc.documents.snapshot(SUIVI)).not.toEqual(anne.documents.snapshot(SUIVI));
    expect(end.left).toEqual({ up: [SUIVI, PARC], down: [SUIVI, PARC] });
    const again = await run(anne, marc, undefined, { priorities: ['urgent'] });
    expect(again.counters).toEqual({ ...noCounters(), requests: 1 });
    await run(anne, marc, undefined, { priorities: ['urgent', 'ordinary', 'fleet', 'files'] });
    for (const audience of AUDIENCES)
      expect(marc.documents.snapshot(audience)).toEqual(anne.documents.snapshot(audience));
  });
});

describe('a run whose nonce ends on the way', () => {
  /** The other side's clock jumps past the nonce's life before each of so many signed requests. */
  function tired(to: Member, clock: { at: number }, jumps: { left: number }): Remote {
    const remote = remoteTo(to);
    const jump = (): void => {
      if (jumps.left-- > 0) clock.at += NONCE_LIFETIME_MS + 1;
    };
    return {
      ...remote,
      pull: (body, credential) => (jump(), remote.pull(body, credential)),
      retry: (body, credential) => (jump(), remote.retry(body, credential)),
    };
  }

  it('signs again and goes on by itself', async () => {
    const clock = { at: 0 };
    const [anne, marc, commune] = [poste('anne'), poste('marc'), gateway(() => clock.at)];
    await fill(marc, CLASSE, 3);
    await run(marc, commune);
    const jumps = { left: 2 };
    const counters = noCounters();
    const common = {
      replica: anne.replica,
      poste: anne.poste,
      signer: anne.signer,
      audiences: anne.audiences,
    };
    const end = await exchange({ ...common, remote: tired(commune, clock, jumps), counters });
    expect(jumps.left).toBeLessThanOrEqual(0);
    expect(end.ours).toEqual([]);
    expect(anne.documents.snapshot(CLASSE)).toEqual(marc.documents.snapshot(CLASSE));
    // The nonce that the run ends with is good for the next one.
    expect((await run(anne, commune, undefined, { nonce: end.nonce ?? '' })).counters.requests).toBe(1);
  });

  it('gives up where no signature is ever taken', async () => {
    const clock = { at: 0 };
    const [anne, marc, commune] = [poste('anne'), poste('marc'), gateway(() => clock.at)];
    await fill(marc, CLASSE, 1);
    await run(marc, commune);
    const jumps = { left: 1000 };
    const counters = noCounters();
    const common = {
      replica: anne.replica,
      poste: anne.poste,
      signer: anne.signer,
      audiences: anne.audiences,
    };
    await expect(exchange({ ...common, remote: tired(commune, clock, jumps), counters })).rejects.toThrow(
      'SIGN_AGAIN',
    );
    expect(1000 - jumps.left).toBe(SIGN_AGAIN_MAX + 1);
  });
});

describe('what a run is told', () => {
  it('is the other side’s instant, whatever this side’s clock says', async () => {
    const commune = gateway(() => Date.UTC(2031, 0, 2, 3, 4, 5));
    expect((await run(poste('anne'), commune)).now).toBe('2031-01-02T03:04:05.000Z');
  });

  it('does not take parcels for bases it may not hold', async () => {
    const anne = poste('anne');
    const marc = member('marc', { grants: GRANTS, audiences: [CLASSE] });
    await fill(anne, ECOLE, 1);
    for await (const bytes of anne.shelf.after(ECOLE, anne.poste, 0))
      expect(await marc.replica.take(bytes, marc.audiences)).toMatchObject({ reason: 'AUDIENCE_FORBIDDEN' });
    const frames = async function* () {
      for await (const bytes of anne.shelf.after(ECOLE, anne.poste, 0)) {
        const head = Buffer.alloc(5);
        head.write('P');
        head.writeUInt32BE(bytes.length, 1);
        yield Buffer.concat([head, bytes]);
      }
    };
    expect(await marc.answers.push(frames())).toMatchObject({
      taken: 0,
      refused: [{ reason: 'AUDIENCE_FORBIDDEN' }],
    });
  });

  it('judges what was refused once a parcel, however many documents it has', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    for (let n = 0; n < 200; n++)
      anne.documents.write(ECOLE, { _id: idFor('staff', `${n}`), type: 'staff', v: 1 });
    await run(anne, marc);
    expect(await marc.replica.parts.refusals.all()).toHaveLength(200);
    let read = 0;
    const get = marc.shelf.get.bind(marc.shelf);
    marc.shelf.get = (...place) => ((read += 1), get(...place));
    await marc.replica.retryRefused();
    expect(read).toBe(1);
    expect(await marc.replica.parts.refusals.all()).toHaveLength(200);
  });

  it('keeps saying that a document is too large, until it is written smaller', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    anne.documents.write(CLASSE, note(1, 40_000));
    anne.documents.write(CLASSE, note(2));
    await run(anne, marc);
    await anne.replica.retryRefused();
    expect(await anne.replica.parts.refusals.all()).toMatchObject([
      { document: note(1)._id, reason: 'TOO_LARGE' },
    ]);
    anne.documents.write(CLASSE, note(1));
    await run(anne, marc);
    expect(await anne.replica.parts.refusals.all()).toEqual([]);
    expect(marc.documents.snapshot(CLASSE)).toEqual(anne.documents.snapshot(CLASSE));
  });
});
