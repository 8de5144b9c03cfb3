import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { ChunkList, LIST_MAX_CHUNKS } from '../../../src/exchange/files';
import { CLASSE_CE1, openFileSchool, type FileSchool } from '../files/school';

let school: FileSchool;
afterEach(() => school.close());

describe('a poste of the school that offers hostile files', () => {
  it('does not hold the gateway with a list that names one chunk a quarter of a million times', async () => {
    school = await openFileSchool();
    const anne = await school.poste('anne');
    const file = await anne.share(CLASSE_CE1, 'event_hostile', Buffer.from('x'));
    const entry = { name: randomBytes(32), length: 1, body: 2 };
    const list = ChunkList.of(
      file.sha256,
      null,
      Array.from({ length: LIST_MAX_CHUNKS }, () => entry),
    );
    const remote = anne.remote({ to: 'commune' });
    const began = performance.now();
    const answer = await remote.offer(
      { audience: CLASSE_CE1, document: 'event_hostile', file: file.sha256, list: list.hash },
      list,
    );
    // Each place of a chunk by itself: minutes, in which nobody else is answered.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(answer).toMatchObject({ send: 'chunks', lacking: [[0, 0]] });
  });
});
