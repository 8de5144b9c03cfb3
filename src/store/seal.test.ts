import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seal, SEAL_OVERHEAD, SealBroken, sealingKey, unseal } from './seal';

const KEY = sealingKey(Buffer.alloc(32, 1), 'test');
const PLACE = Buffer.from('here');

it('opens what it sealed, in its place, with its key, unchanged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), (plain, at) => {
      const sealed = seal(KEY, plain, PLACE);
      expect(sealed.length).toBe(plain.length + SEAL_OVERHEAD);
      expect(unseal(KEY, sealed, PLACE)).toEqual(Buffer.from(plain));
      expect(() => unseal(KEY, sealed, Buffer.from('there'))).toThrow(SealBroken);
      expect(() => unseal(sealingKey(Buffer.alloc(32, 1), 'other'), sealed, PLACE)).toThrow(SealBroken);
      const changed = Buffer.from(sealed);
      const index = at % sealed.length;
      changed.writeUInt8(changed.readUInt8(index) ^ (1 + (at % 255)), index);
      expect(() => unseal(KEY, changed, PLACE)).toThrow(SealBroken);
      expect(() => unseal(KEY, sealed.subarray(0, index), PLACE)).toThrow(SealBroken);
    }),
  );
});

it('never uses a nonce twice', () => {
  const nonces = new Set(
    Array.from({ length: 5000 }, () => seal(KEY, 'x', PLACE).subarray(1, 13).toString('hex')),
  );
  expect(nonces.size).toBe(5000);
});
