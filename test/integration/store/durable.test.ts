import leveldown from 'leveldown';
import { join } from 'node:path';
import PouchDB from 'pouchdb-core';
import { expect, it } from 'vitest';
import { DatabaseKeys } from '../../../src/store/database-keys';
import { EncryptedLevelDown } from '../../../src/store/encrypted-leveldown';
import '../../../src/store/engine';
import { temporaryFolder } from './support';

it('flushes every batch that holds a document, though PouchDB never asks for it', async () => {
  const flushed: (boolean | undefined)[] = [];
  const pouch = new PouchDB(join(await temporaryFolder(), 'parc'), {
    adapter: 'leveldb',
    db: (location) => {
      const inner = leveldown(location);
      const batch = inner.batch.bind(inner);
      inner.batch = (operations, options, callback) => {
        flushed.push(options.sync);
        batch(operations, options, callback);
      };
      return new EncryptedLevelDown(inner, {
        keys: new DatabaseKeys('parc', () => [Buffer.alloc(32, 1)]),
      });
    },
    auto_compaction: true,
    revs_limit: 51,
    migrate: false,
    compression: false,
    cacheSize: 1 << 18,
    writeBufferSize: 1 << 20,
  });
  await pouch.info();
  // The key check is flushed; PouchDB's own identity, written at each opening, is nobody's data.
  expect(flushed).toEqual([true, false]);
  await pouch.bulkDocs([{ _id: 'plan_a', _rev: `1-${'a'.repeat(32)}` }], { new_edits: false });
  expect(flushed).toEqual([true, false, true]);
  await pouch.close();
});
