import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idFrom } from '../../domain/id';
import { signerFrom } from '../../exchange';
import { makeRecipient } from '../../store/recipient';
import { makeBox } from './box';
import { isLater, openWayIn, personWrapId, readPersonWrap, sealWayIn, type WayIn } from './person-wrap';

const QUICK = { algorithm: 'argon2id', memory: 64, passes: 1, lanes: 1 } as const;
const bytes = (name: string): Buffer => createHash('sha256').update(name).digest();
const seed = bytes('seed');
const poste = idFrom('poste', bytes('poste'));
const school = idFrom('school', bytes('school'));
const person = idFrom('staff', bytes('aline'));
const { box } = makeBox(poste, seed, signerFrom(seed));
const wayIn = async (edition = 1): Promise<WayIn> => ({
  recipient: await makeRecipient(person, 'un mot de passe', QUICK, edition),
  login: 'a.petit',
});
const sealed = (way: WayIn) => sealWayIn({ school, poste, person, box }, way);

describe('a way in that is sealed to a poste', () => {
  it('opens there and nowhere else, and says nothing on the way', async () => {
    const way = await wayIn();
    const text = JSON.stringify(sealed(way));
    const wrap = readPersonWrap(JSON.parse(text));
    expect(wrap && openWayIn(wrap, school, seed)).toEqual(way);
    expect(wrap && openWayIn(wrap, school, bytes('another seed'))).toBeUndefined();
    for (const said of ['a.petit', way.recipient.secret, way.recipient.publicKey, way.recipient.salt])
      expect(text).not.toContain(said);
    expect(sealed(way)).toEqual(sealed(way));
  });

  it('is for that school, person and poste, under its own id', async () => {
    const wrap = sealed(await wayIn());
    const other = idFrom('staff', bytes('paul'));
    expect(readPersonWrap({ ...wrap, person: other })).toBeUndefined();
    expect(readPersonWrap({ ...wrap, _id: personWrapId(poste, other) })).toBeUndefined();
    expect(openWayIn({ ...wrap, person: other }, school, seed)).toBeUndefined();
    expect(openWayIn({ ...wrap, poste: idFrom('poste', bytes('b')) }, school, seed)).toBeUndefined();
    expect(openWayIn(wrap, idFrom('school', bytes('b')), seed)).toBeUndefined();
  });

  it('is none where it asks for the memory of the whole machine, or is no key', async () => {
    const way = await wayIn();
    const hostile: WayIn['recipient'][] = [
      { ...way.recipient, stretch: { ...way.recipient.stretch, memory: 4_000_000 } },
      { ...way.recipient, stretch: { ...way.recipient.stretch, passes: 1000 } },
      { ...way.recipient, publicKey: Buffer.alloc(65, 4).toString('base64') },
      { ...way.recipient, edition: -1 },
    ];
    for (const recipient of hostile) {
      const wrap = sealed({ ...way, recipient });
      expect(openWayIn(wrap, school, seed), JSON.stringify(recipient.stretch)).toBeUndefined();
    }
  });

  it('of two states one is later, the same on every poste', () => {
    const state = fc.record({ edition: fc.nat(3), state: fc.constantFrom('A', 'B', 'C') });
    fc.assert(
      fc.property(state, state, (a, b) => {
        const same = a.edition === b.edition && a.state === b.state;
        expect(isLater(a, b) || isLater(b, a)).toBe(!same);
        expect(isLater(a, b) && isLater(b, a)).toBe(false);
      }),
    );
  });
});
