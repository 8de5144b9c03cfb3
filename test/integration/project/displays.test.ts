import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectedDisplays } from '../../../src/main/classroom/project/displays';

function connectors(states: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'preau-drm-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, state] of Object.entries(states)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'status'), `${state}\n`);
  }
  return folder;
}

describe('what is at the end of the cables', () => {
  it('counts a projector that copies the screen like one that extends it', async () => {
    const folder = connectors({
      'card0-eDP-1': 'connected',
      'card0-HDMI-A-1': 'connected',
      'card0-DP-1': 'disconnected',
    });
    writeFileSync(join(folder, 'version'), 'drm 1.1.0');
    expect(await connectedDisplays('linux', folder)).toBe(2);
  });
  it('is none on a computer without screens, and unknown where the system does not tell', async () => {
    expect(await connectedDisplays('linux', join(tmpdir(), 'no-such-folder'))).toBe(0);
    expect(await connectedDisplays('win32', connectors({ a: 'connected' }))).toBeUndefined();
  });
});
