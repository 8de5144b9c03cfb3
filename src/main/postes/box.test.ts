import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audience } from '../../domain/audience';
import { idFrom } from '../../domain/id';
import { signerFrom } from '../../exchange';
import { makeBox, openWrap, readBox, readWrap, wrapKey } from './box';

const bytes = (name: string): Buffer => createHash('sha256').update(name).digest();
const seed = bytes('seed');
const signer = signerFrom(seed);
const poste = idFrom('poste', bytes('poste'));
const school = idFrom('school', bytes('school'));
const suivi = audience('suivi', { of: idFrom('class', bytes('class')), year: 2026 });
const { box } = makeBox(poste, seed, signer);
const wrapped = (dataKey = bytes('key')) =>
  wrapKey({ school, poste, audience: suivi, generation: 1, box, dataKey });

describe('the box of a poste', () => {
  it('is believed for the key that was granted, and for no other', () => {
    const document = makeBox(poste, seed, signer);
    expect(readBox(document, () => [signer.publicKey])?.box).toBe(box);
    expect(readBox(document, () => [signerFrom(bytes('other')).publicKey])).toBeUndefined();
    expect(
      readBox({ ...document, box: makeBox(poste, bytes('x'), signer).box }, () => [signer.publicKey]),
    ).toBeUndefined();
  });
  it('is the same each time it is made', () => {
    expect(makeBox(poste, seed, signer)).toEqual(makeBox(poste, seed, signer));
  });
});

describe('a key sealed to a poste', () => {
  it('opens there and nowhere else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
        const wrap = readWrap(JSON.parse(JSON.stringify(wrapped(Buffer.from(key)))));
        expect(wrap && openWrap(wrap, school, seed)).toEqual(Buffer.from(key));
        expect(wrap && openWrap(wrap, school, bytes('another seed'))).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });
  it('is for that school, audience, generation, key and poste', () => {
    const wrap = wrapped();
    const moved = [
      { ...wrap, generation: 2 },
      { ...wrap, audience: audience('direction') },
      { ...wrap, poste: idFrom('poste', bytes('b')) },
      { ...wrap, key: wrapped(bytes('other key')).key },
      { ...wrap, ephemeral: wrapped(bytes('other key')).ephemeral },
    ];
    for (const one of moved) expect(openWrap(one, school, seed)).toBeUndefined();
    expect(openWrap(wrap, idFrom('school', bytes('b')), seed)).toBeUndefined();
  });
  it('is the same document whoever makes it, and another for another key', () => {
    expect(wrapped()).toEqual(wrapped());
    expect(wrapped(bytes('k2'))._id).not.toBe(wrapped()._id);
    expect(wrapped(bytes('k2')).ephemeral).not.toBe(wrapped().ephemeral);
  });
  it('says nothing of the key in its text', () => {
    const key = bytes('key');
    const text = JSON.stringify(wrapped(key));
    for (const form of ['base64url', 'hex', 'base64'] as const)
      expect(text).not.toContain(key.toString(form));
  });
  it('does not open, and does not throw, for a point of small order or rubbish', () => {
    const wrap = wrapped();
    expect(
      openWrap({ ...wrap, ephemeral: Buffer.alloc(32).toString('base64url') }, school, seed),
    ).toBeUndefined();
    expect(readWrap({ ...wrap, sealed: 'x' })).toBeUndefined();
    expect(readWrap({ ...wrap, generation: -1 })).toBeUndefined();
  });
});
