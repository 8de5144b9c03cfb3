import { expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './password';
import type { StretchParameters } from './stretch';

const QUICK: StretchParameters = { algorithm: 'argon2id', memory: 64, passes: 1, lanes: 1 };

it('verifies a password, and says no to everything else', async () => {
  const hash = await hashPassword('Éléphant à vélo', QUICK);
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
  expect(await verifyPassword('Éléphant à vélo', hash)).toBe(true);
  expect(await verifyPassword('Éléphant à vélo'.normalize('NFD'), hash)).toBe(true);
  expect(await verifyPassword('elephant a velo', hash)).toBe(false);
  for (const wrong of [
    '',
    'x',
    hash.replace('m=64', 'm=9999999'),
    hash.slice(0, -1),
    hash.replace('v=19', 'v=16'),
  ]) {
    expect(await verifyPassword('Éléphant à vélo', wrong)).toBe(false);
  }
  expect(await hashPassword('same', QUICK)).not.toBe(await hashPassword('same', QUICK));
});

// Made with OpenSSL's Argon2 (crypto.argon2Sync of Node 24), which Electron does not have.
it('agrees with another implementation', async () => {
  expect(
    await verifyPassword(
      'mot de passe',
      '$argon2id$v=19$m=65536,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$ddxONMb+HZguKTAU5OFu0xExmOF/CV9E0oZfYIsBRZg',
    ),
  ).toBe(true);
});
