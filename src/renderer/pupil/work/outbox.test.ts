import { describe, expect, it, vi } from 'vitest';
import { PreauError } from '../../../domain/errors';
import { idFrom } from '../../../domain/id';
import { LineLost, type Line } from '../net/line';
import { memoryShelf } from '../state/database';
import { createOutbox, type Envelope, type PutBytes } from './outbox';

const item = idFrom('item', new Uint8Array(9));
const other = idFrom('item', new Uint8Array(9).fill(7));
const pupil = idFrom('pupil', new Uint8Array(9));
const words = (text: string) => ({
  item,
  pupils: [pupil],
  parts: [{ kind: 'text' as const, text }],
  files: [],
});

function setUp(shelf = memoryShelf()) {
  const handIn = vi.fn((_input: Record<string, unknown>) => Promise.resolve({ version: 1 }));
  const uploads = vi.fn(() => Promise.resolve({ path: '/uploads/x', offset: 2 }));
  const line = {
    request: (method: string, input: Record<string, unknown>) =>
      method === 'lesson.handIn' ? handIn(input) : uploads(),
    // The outbox uses two requests of the line; the rest of it is not there to be used.
  } as unknown as Line;
  const state: { line: Line | undefined } = { line };
  const delivered: [Envelope, number][] = [];
  const full = vi.fn();
  const refused: string[] = [];
  const waiting: Envelope[][] = [];
  const put = vi.fn<PutBytes>(() => Promise.resolve());
  const outbox = createOutbox(shelf, () => state.line, put, {
    onDelivered: (envelope, { version }) => void delivered.push([envelope, version]),
    onFull: full,
    onRefused: (_envelope, code) => void refused.push(code),
    onChange: (all) => void waiting.push([...all]),
  });
  return { shelf, outbox, handIn, put, state, line, delivered, refused, waiting, full };
}

describe('the outbox', () => {
  it('keeps work without a line, and delivers it once when there is one', async () => {
    const { outbox, state, line, delivered, shelf, handIn } = setUp();
    state.line = undefined;
    await outbox.add(words('sept fois trois'));
    await outbox.flush();
    expect(await shelf.all('outbox')).toHaveLength(1);
    state.line = line;
    await outbox.flush();
    expect(delivered).toHaveLength(1);
    expect(await shelf.all('outbox')).toHaveLength(0);
    await outbox.flush();
    expect(handIn).toHaveBeenCalledTimes(1);
  });

  it('sends the same hand-in again, under the same id, when the answer was lost', async () => {
    const { outbox, handIn } = setUp();
    handIn.mockRejectedValueOnce(new LineLost());
    await outbox.add(words('vingt et un'));
    await outbox.flush();
    await outbox.flush();
    const ids = handIn.mock.calls.map(([input]) => input['id']);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('survives a reload: another page finds and sends it', async () => {
    const before = setUp();
    before.state.line = undefined;
    await before.outbox.add(words('un'));
    await before.outbox.add({ ...words('deux'), item: other });
    const after = setUp(before.shelf);
    await after.outbox.recall();
    await after.outbox.flush();
    expect(after.delivered.map(([envelope]) => envelope.item)).toEqual([item, other]);
  });

  it('keeps what the door cannot take now, and lets go of what it never will', async () => {
    const { outbox, handIn, refused, shelf } = setUp();
    handIn.mockRejectedValueOnce(new PreauError('DISK_FULL'));
    await outbox.add(words('plus de place'));
    await outbox.flush();
    expect(await shelf.all('outbox')).toHaveLength(1);
    handIn.mockRejectedValueOnce(new PreauError('TOO_LARGE', { limit: 1 }));
    await outbox.flush();
    expect(refused).toEqual(['TOO_LARGE']);
    expect(await shelf.all('outbox')).toHaveLength(0);
  });

  it('puts bytes from where the door stands before it hands in', async () => {
    const { outbox, put, handIn } = setUp();
    const bytes = new Blob(['abcdef'], { type: 'image/jpeg' });
    await outbox.add({ ...words('photo'), files: [{ upload: 'a'.repeat(13), bytes }] });
    await outbox.flush();
    expect(put).toHaveBeenCalledExactlyOnceWith('/uploads/x', bytes, 2);
    expect(put.mock.invocationCallOrder[0]).toBeLessThan(handIn.mock.invocationCallOrder[0] ?? 0);
  });

  it('hands in from a tablet that is full, and says that nothing is kept', async () => {
    const shelf = memoryShelf();
    const { outbox, delivered, full } = setUp({
      ...shelf,
      put: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
    });
    await outbox.add(words('quand même'));
    expect(full).toHaveBeenCalledOnce();
    await outbox.flush();
    expect(delivered).toHaveLength(1);
  });

  it('does not hold one child’s work behind another’s who has left', async () => {
    const { outbox, handIn, delivered, shelf } = setUp();
    handIn.mockRejectedValueOnce(new PreauError('FORBIDDEN', { action: 'handIn' }));
    await outbox.add(words('je suis partie'));
    await outbox.add({ ...words('moi aussi'), item: other });
    await outbox.flush();
    expect(delivered.map(([envelope]) => envelope.item)).toEqual([other]);
    expect(await shelf.all('outbox')).toHaveLength(1);
    await outbox.flush();
    expect(delivered).toHaveLength(2);
  });

  it('keeps what another class’s lesson knows nothing of, keeps nobody waiting for it, and gives it up after weeks', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const { outbox, handIn, delivered, refused, waiting, shelf } = setUp();
      handIn.mockRejectedValueOnce(new PreauError('NOT_FOUND', { kind: 'item' }));
      await outbox.add(words('de la classe d’avant'));
      expect(await outbox.flush()).toBe(false);
      expect([refused, waiting.at(-1)]).toEqual([[], []]);
      // Its class is here again.
      await outbox.flush();
      expect(delivered).toHaveLength(1);

      await outbox.add(words('d’un appareil que plus personne ne prit'));
      vi.setSystemTime(Date.now() + 9 * 7 * 86_400_000);
      const later = setUp(shelf);
      await later.outbox.recall();
      expect(later.waiting.at(-1)).toEqual([]);
      expect(await shelf.all('outbox')).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('tries again by itself when bytes did not pass and the line is still there', async () => {
    vi.useFakeTimers();
    try {
      const { outbox, put, delivered } = setUp();
      put.mockRejectedValueOnce(new LineLost());
      const bytes = new Blob(['abcdef'], { type: 'audio/webm;codecs=opus' });
      await outbox.add({ ...words('voix'), files: [{ upload: 'a'.repeat(13), bytes }] });
      await outbox.flush();
      expect(delivered).toHaveLength(0);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(delivered).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('tries again after the seconds that a busy door tells, and not before', async () => {
    vi.useFakeTimers();
    try {
      const { outbox, handIn, delivered, refused } = setUp();
      handIn.mockRejectedValueOnce(new PreauError('TRY_LATER', { seconds: 4 }));
      await outbox.add(words('la porte est pleine'));
      await outbox.flush();
      await vi.advanceTimersByTimeAsync(3_900);
      expect(handIn).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(200);
      expect(handIn.mock.calls[1]).toEqual(handIn.mock.calls[0]);
      expect(delivered).toHaveLength(1);
      expect(refused).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('replaces an answer nobody has seen yet by the newer one, never one that is on its way', async () => {
    const { outbox, state, line, delivered } = setUp();
    state.line = undefined;
    for (const text of ['un', 'deux', 'trois']) await outbox.add(words(text));
    state.line = line;
    await outbox.flush();
    expect(delivered.map(([envelope]) => envelope.parts)).toEqual([
      [{ kind: 'text', text: 'un' }],
      [{ kind: 'text', text: 'trois' }],
    ]);
  });
});
