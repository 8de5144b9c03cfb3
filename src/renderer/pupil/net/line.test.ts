import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PreauError } from '../../../domain/errors';
import { fakeSocket } from './fake-socket';
import { ANSWER_TIMEOUT, createLine, LineLost } from './line';

const events = () => ({ onEvent: vi.fn(), onEnd: vi.fn() });

describe('a line to the door', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives each reply to its own request, whatever their order', async () => {
    const socket = fakeSocket();
    const line = createLine(socket, events());
    const first = line.request('join.takeSeat', {});
    const second = line.request('homework.list', {});
    socket.answer('homework.list', { homework: [] });
    socket.answer('join.takeSeat', { number: 4 });
    await expect(first).resolves.toEqual({ number: 4 });
    await expect(second).resolves.toEqual({ homework: [] });
  });

  it('carries a refusal as a code, and does not trust a reply that does not parse', async () => {
    const socket = fakeSocket();
    const line = createLine(socket, events());
    const refused = line.request('join.takeSeat', {});
    socket.refuse('join.takeSeat', 'LESSON_FULL');
    await expect(refused).rejects.toMatchObject({ code: 'LESSON_FULL' });
    const strange = line.request('join.takeSeat', {});
    socket.answer('join.takeSeat', { number: 'four' });
    await expect(strange).rejects.toBeInstanceOf(PreauError);
  });

  it('drops what is not the contract and lives on', () => {
    const socket = fakeSocket();
    const listener = events();
    createLine(socket, listener);
    for (const noise of [
      '{',
      '[]',
      '{"event":{"name":"constructor.x","payload":{}}}',
      '{"id":99,"reply":{"ok":true}}',
      7,
    ])
      socket.hear(noise);
    socket.say('lesson.watched', { watched: 'yes' });
    expect(listener.onEvent).not.toHaveBeenCalled();
    socket.say('lesson.watched', { watched: true });
    expect(listener.onEvent).toHaveBeenCalledExactlyOnceWith('lesson.watched', { watched: true });
    expect(listener.onEnd).not.toHaveBeenCalled();
  });

  it('takes a door that answers nothing for a line that is gone', async () => {
    const socket = fakeSocket();
    const listener = events();
    const line = createLine(socket, listener);
    const lost = expect(line.request('join.takeSeat', {})).rejects.toBeInstanceOf(LineLost);
    await vi.advanceTimersByTimeAsync(ANSWER_TIMEOUT);
    await lost;
    expect(listener.onEnd).toHaveBeenCalledTimes(1);
    await expect(line.request('join.takeSeat', {})).rejects.toBeInstanceOf(LineLost);
  });

  it('sends pictures only where there is room', () => {
    const socket = fakeSocket();
    const line = createLine(socket, events());
    expect(line.sendBytes(new ArrayBuffer(8))).toBe(true);
    Object.assign(socket, { bufferedAmount: 1_000_000 });
    expect(line.sendBytes(new ArrayBuffer(8))).toBe(false);
    expect(socket.bytes).toHaveLength(1);
  });
});
