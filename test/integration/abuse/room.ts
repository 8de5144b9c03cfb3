import { randomBytes } from 'node:crypto';
import { idFrom, type Id } from '../../../src/domain/id';
import type { PupilClient } from '../../../src/demo/pupils/client';
import type { DoorLimits } from '../../../src/main/doors/lan/limits';
import {
  CLASS,
  CODE,
  DESKTOP,
  openSchool,
  pupilId,
  TEACHER,
  type Enrolled,
  type TestSchool,
} from '../lan/school';

/** A request as a modified client writes it: any name, any input. @returns `ok`, or the code of the refusal */
export function say(client: PupilClient, method: string, input: unknown = {}): Promise<string> {
  const ask = client.request as (method: string, input: unknown) => Promise<unknown>;
  return ask(method, input).then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? 'closed',
  );
}

/** A document, so that there is something to answer. */
export const sendPage = (school: TestSchool): Promise<Id<'item'>> =>
  school.classroom.send(TEACHER, {
    kind: 'page',
    title: 'Les tables',
    url: 'https://example.org/',
    answer: true,
    to: 'all',
  });

/** A lesson by number with that many children on as many tablets, and one who is up to something. */
export async function fullRoom(
  others: number,
  limits: Partial<DoorLimits> = {},
): Promise<{ school: TestSchool; bad: Enrolled; good: Enrolled[]; item: Id<'item'> }> {
  const school = await openSchool({ limits });
  await school.classroom.open(TEACHER, { class: CLASS, mode: 'numbered' });
  const good: Enrolled[] = [];
  for (let n = 0; n < others; n += 1) {
    const device = await school.enrolled(`Tablette ${n + 1}`);
    await device.client.request('join.takeSeat', {});
    good.push(device);
  }
  const bad = await school.enrolled('Ordinateur 99', DESKTOP);
  await bad.client.request('join.takeSeat', {});
  return { school, bad, good, item: await sendPage(school) };
}

/** Two children by name, each on a tablet. */
export async function twoNamed(school: TestSchool): Promise<[Enrolled, Enrolled]> {
  const a = await school.enrolled('Tablette 1');
  const b = await school.enrolled('Tablette 2');
  await a.client.request('join.signIn', { pupil: pupilId(0), code: CODE });
  await b.client.request('join.signIn', { pupil: pupilId(1), code: CODE });
  return [a, b];
}

export const newHandIn = (): Id<'handin'> => idFrom('handin', randomBytes(9));
export const newMessage = (): Id<'message'> => idFrom('message', randomBytes(9));
