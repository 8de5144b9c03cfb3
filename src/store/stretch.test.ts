import { describe, expect, it } from 'vitest';
import { STRETCH, stretch } from './stretch';

const QUICK = { algorithm: 'argon2id', memory: 8, passes: 1, lanes: 1 } as const;
const SALT = Buffer.alloc(16, 1);

describe('stretching a password', () => {
  it('costs this thread next to nothing: whoever else works does not wait', async () => {
    await stretch('début', SALT, QUICK);
    const [here, everywhere] = [process.threadCpuUsage(), process.cpuUsage()];
    await stretch('mot de passe', SALT, STRETCH);
    const own = process.threadCpuUsage(here);
    const all = process.cpuUsage(everywhere);
    expect(all.user + all.system).toBeGreaterThan(50_000);
    expect(own.user + own.system).toBeLessThan((all.user + all.system) / 5);
  });

  it('gives each who asks at once their own answer', async () => {
    const passwords = Array.from({ length: 20 }, (_, i) => `mot ${i}`);
    const once = await Promise.all(passwords.map((password) => stretch(password, SALT, QUICK)));
    for (const [i, password] of passwords.entries())
      expect(await stretch(password, SALT, QUICK)).toEqual(once[i]);
    expect(new Set(once.map((hash) => hash.toString('hex'))).size).toBe(20);
    expect(await stretch('élève'.normalize('NFD'), SALT, QUICK)).toEqual(
      await stretch('élève'.normalize('NFC'), SALT, QUICK),
    );
  });

  it('refuses what it cannot do, and goes on', async () => {
    await expect(stretch('x', Buffer.alloc(2), QUICK)).rejects.toThrow();
    await expect(stretch('x', SALT, { ...QUICK, memory: 1 << 30 })).rejects.toThrow(RangeError);
    expect(await stretch('x', SALT, QUICK)).toHaveLength(32);
  });
});
