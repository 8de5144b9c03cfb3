import { afterAll, beforeAll, describe } from 'vitest';
import { accounts, people } from './walk/1-people';
import { createSchool } from './walk/1-school';
import { prepareCart } from './walk/2-cart';
import { enrol, openLesson } from './walk/3-lesson';
import { wall } from './walk/4-wall';
import { afterTheKill, day } from './walk/5-day';
import { hub, silentCart } from './walk/6-hub';
import { android, plugTablets } from './walk/7-android';
import { exchange } from './walk/8-exchange';
import { steps } from './walk/steps';
import { World } from './walk/world';

/**
 * The walk of the first whole (issue 2), by the screens alone: one staff window, three real browsers of pupils, the
 * real programs on the other side. Steps build on one another; what comes after one that failed is skipped.
 */
describe('the walk', () => {
  const world = new World();
  beforeAll(async () => {
    world.cable = await plugTablets();
    world.later(() => world.cable.close());
    world.first = await world.poste({ env: world.cable.env });
    world.app = await world.first.start();
  });
  afterAll(() => world.end());

  steps(
    () => world,
    [
      ...[...createSchool, ...people, ...prepareCart, ...accounts, ...silentCart, ...enrol, ...openLesson],
      ...[...wall, ...day, ...afterTheKill, ...hub, ...android, ...exchange],
    ],
  );
});
