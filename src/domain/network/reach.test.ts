import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameNetwork, REACH_CAUSES, reachCause, type ReachEvidence } from './reach';

const quiet: ReachEvidence = {
  announced: false,
  connection: 'timeout',
  sameNetwork: true,
  connected: true,
  othersAnswer: true,
  othersAnnounced: true,
};

describe('why a computer of the school does not answer', () => {
  it.each<[string, Partial<ReachEvidence>, string]>([
    ['it answers', { connection: 'open', answer: 'proven' }, 'answers'],
    ['Windows says « public »', { announced: true }, 'firewall'],
    ['it sleeps', {}, 'asleep'],
    ['Préau is closed on it', { connection: 'refused' }, 'closed'],
    ['the Wi-Fi keeps its clients apart', { othersAnswer: false, othersAnnounced: false }, 'isolation'],
    ['it is announced and no packet finds it', { announced: true, connection: 'unreachable' }, 'isolation'],
    ['it is in the office’s VLAN', { sameNetwork: false }, 'other-network'],
    ['it is announced from another network', { sameNetwork: false, announced: true }, 'other-network'],
    ['a printer has its address', { connection: 'open', answer: 'unreadable' }, 'other-version'],
    ['a colleague’s computer has its address', { connection: 'open', answer: 'stranger' }, 'someone-else'],
    ['an antivirus cuts', { connection: 'reset' }, 'filtered'],
    ['a proxy breaks the seal', { connection: 'open', answer: 'broken' }, 'filtered'],
    ['this computer has no network', { connected: false, connection: 'unreachable' }, 'no-network'],
    ['nobody knows where it is', { connection: undefined }, 'away'],
  ])('%s', (_, seen, cause) => {
    expect(reachCause({ ...quiet, ...seen })).toBe(cause);
  });

  it('always has one, and « answers » only for who has proved itself', () => {
    const evidence = fc.record<ReachEvidence>({
      announced: fc.boolean(),
      connection: fc.constantFrom('open', 'refused', 'timeout', 'reset', 'unreachable', undefined),
      answer: fc.constantFrom('proven', 'stranger', 'broken', 'unreadable', undefined),
      sameNetwork: fc.boolean(),
      connected: fc.boolean(),
      othersAnswer: fc.boolean(),
      othersAnnounced: fc.boolean(),
    });
    fc.assert(
      fc.property(evidence, (seen) => {
        const cause = reachCause(seen);
        expect(REACH_CAUSES).toContain(cause);
        expect(cause === 'answers').toBe(seen.connection === 'open' && seen.answer === 'proven');
      }),
    );
  });
});

describe('the same network', () => {
  const own = [{ address: '192.168.4.17', netmask: '255.255.254.0' }];
  it.each([
    ['192.168.5.200', true],
    ['192.168.4.1', true],
    ['192.168.6.1', false],
    ['10.0.0.1', false],
    ['fe80::1', false],
    ['999.1.1.1', false],
    ['', false],
  ])('%s: %s', (address, same) => {
    expect(isSameNetwork(address, own)).toBe(same);
  });
  it('of a computer without network is nobody’s', () => {
    expect(isSameNetwork('192.168.4.1', [])).toBe(false);
  });
});
