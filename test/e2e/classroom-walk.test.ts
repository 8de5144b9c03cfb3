import { afterAll, beforeAll, describe } from 'vitest';
import { end } from './walk/classroom-end';
import { lesson } from './walk/classroom-lesson';
import { opening } from './walk/classroom-opening';
import { screens } from './walk/classroom-screens';
import { Classroom } from './walk/classroom-world';
import { steps } from './walk/steps';

/**
 * A lesson from its opening to its report on the reference fleet (DESIGN 5): thirty devices, four of them real browsers,
 * by the teacher's screens. Steps build on one another; what comes after one that failed is skipped.
 */
describe('a lesson of thirty devices', () => {
  const room = new Classroom();
  beforeAll(async () => {
    const poste = await room.poste();
    room.app = await poste.start();
    room.later(() => room.app.close());
  });
  afterAll(() => room.end());

  steps(() => room, [...opening(room), ...lesson(room), ...screens(room), ...end(room)]);
});
