import { describe, expect, it } from 'vitest';
import { doorAddress } from '../net/socket';
import { takeCode } from './address';

describe('the address', () => {
  it('carries a code in its fragment, tidied', () => {
    expect(takeCode('enrol', '#enrol=abcde-fghjk')).toBe('ABCDEFGHJK');
    expect(takeCode('visit', '#enrol=abcde')).toBeUndefined();
    expect(takeCode('enrol', '')).toBeUndefined();
    expect(takeCode('enrol', `#enrol=${'<b>'.repeat(500)}`)).toHaveLength(16);
  });
  it('leads to the door as secure as the page', () => {
    expect(doorAddress({ protocol: 'https:', host: 'preau-a.local:7443' })).toBe(
      'wss://preau-a.local:7443/pupil',
    );
    expect(doorAddress({ protocol: 'http:', host: '10.0.0.2:7080' })).toBe('ws://10.0.0.2:7080/pupil');
  });
});
