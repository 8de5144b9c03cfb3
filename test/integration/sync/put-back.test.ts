import { cpSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keeping } from '../keeping';
import {
  actor,
  ANNE,
  CE1,
  classe,
  contents,
  founding,
  HEAD,
  idOf,
  introduced,
  reopened,
  write,
} from './poste';

/** A computer whose folder was put back by hand (a disk image, a copied folder), as an older state of itself. */
const { keep, wasClosed, keepFolders } = keeping();
const CLASSE = classe(CE1);

async function twoPostes() {
  const head = keep(await founding());
  const anne = await introduced(head, ANNE);
  await anne.sync.run(actor(ANNE));
  await write(anne, CLASSE, idOf('event', 'one'), { text: 'avant' });
  await anne.sync.run(actor(ANNE));
  await anne.close(true);
  const before = `${anne.folder}-before`;
  keepFolders(anne.folder, before);
  cpSync(anne.folder, before, { recursive: true });
  const later = await reopened(anne, { owner: ANNE, neighbours: () => [head.postes.address] });
  await write(later, CLASSE, idOf('event', 'two'), { text: 'après' });
  await write(later, CLASSE, idOf('event', 'three'), { text: 'encore après' });
  await later.sync.run(actor(ANNE));
  await later.close(true);
  return { head, before };
}

describe('a folder put back by hand', () => {
  it.each([{ wrote: false }, { wrote: true }])(
    'is told to be one, and exchanges nothing any more (written since: $wrote)',
    async ({ wrote }) => {
      const { head, before } = await twoPostes();
      const back = keep(
        await reopened({ folder: before }, { owner: ANNE, neighbours: () => [head.postes.address] }),
      );
      const held = await contents(head, CLASSE);
      if (wrote) await write(back, CLASSE, idOf('event', 'fork'), { text: 'une autre suite' });
      expect((await back.sync.status(actor(ANNE))).restored).toBe(false);
      expect((await back.sync.run(actor(ANNE))).restored).toBe(true);
      // Nothing of the second chain arrived, and nothing more is tried, also after a restart.
      expect(await contents(head, CLASSE)).toEqual(held);
      await write(back, CLASSE, idOf('event', 'more'), { text: 'encore une suite' });
      await back.sync.run(actor(ANNE));
      wasClosed(back);
      await back.close(true);
      const again = keep(
        await reopened({ folder: before }, { owner: ANNE, neighbours: () => [head.postes.address] }),
      );
      expect((await again.sync.run(actor(ANNE))).restored).toBe(true);
      expect(await contents(head, CLASSE)).toEqual(held);
      expect((await again.store.open(CLASSE)).get(idOf('event', 'more'))?.body['text']).toBe(
        'encore une suite',
      );
    },
  );

  it('is told so as well when a neighbour comes first', async () => {
    const { head, before } = await twoPostes();
    const back = keep(await reopened({ folder: before }, { owner: ANNE }));
    // The other computer finds it, and would push it its own later parcels.
    wasClosed(head);
    await head.close(true);
    keepFolders(head.folder);
    const other = keep(await reopened(head, { owner: HEAD, neighbours: () => [back.postes.address] }));
    await other.sync.run(actor(HEAD));
    expect((await back.sync.status(actor(ANNE))).restored).toBe(true);
  });
});
