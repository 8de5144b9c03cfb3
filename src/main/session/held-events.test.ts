import { expect, it } from 'vitest';
import type { EventMessage } from '../../contract/bridge';
import { createHeldEvents } from './held-events';

it('keeps everything from a hidden window but who one is, and that what is shown needs a whole picture', () => {
  let say: (event: EventMessage) => void = () => undefined;
  const hub = {
    subscribe(_: string, listener: (event: EventMessage) => void) {
      say = listener;
      return () => undefined;
    },
  };
  let locked = true;
  const held = createHeldEvents(hub, () => locked);
  const heard: string[] = [];
  held.subscribe('desk', ({ name }) => heard.push(name));
  for (const name of ['session.changed', 'show.keyWanted', 'show.changed', 'people.changed'])
    say({ name, payload: {} });
  expect(heard).toEqual(['session.changed', 'show.keyWanted']);
  locked = false;
  held.release('desk');
  expect(heard.slice(2)).toEqual(['show.changed', 'people.changed']);
});
