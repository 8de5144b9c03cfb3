import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { needs } from '../../needs';
import { grab } from '../../peers/rfb/screen';
import { startVeyonFleet, veyonIsHere } from '../../peers/veyon/fleet';

/** Programs that belong to a fleet of ours, by what they were started with. */
function alive(folder: string): string[] {
  return readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id))
    .flatMap((id) => {
      try {
        return readFileSync(`/proc/${id}/environ`, 'latin1').includes(folder)
          ? [readFileSync(`/proc/${id}/comm`, 'utf8').trim()]
          : [];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

describe('a fleet of real veyon-servers', needs(veyonIsHere, 'Veyon, Xvnc or root is missing'), () => {
  it('starts, and leaves nothing running', async () => {
    const fleet = await startVeyonFleet(Number(process.env['FLEET'] ?? 2));
    const folder = fleet.keyFolder.replace(/\/keys$/, '');
    try {
      for (const peer of fleet.peers)
        expect(await grab(peer.display)).toMatchObject({ width: 1366, height: 768 });
      expect(alive(folder)).toEqual(expect.arrayContaining(['veyon-server', 'x11vnc']));
    } finally {
      await fleet.stop();
    }
    expect(alive(folder)).toEqual([]);
  });
});
