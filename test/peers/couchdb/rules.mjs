import { runInNewContext } from 'node:vm';

/** Design documents and `validate_doc_update` of one database, run for every write, replicated ones included. */
export function createRules(name, pouch) {
  const functions = new Map();

  /** The nearest ancestor that is held; a revision that is held already is its own. */
  async function before(document, edits) {
    const { _id, _rev, _revisions } = document;
    const path = edits
      ? [_rev]
      : (_revisions?.ids ?? []).map((hash, index) => `${_revisions.start - index}-${hash}`);
    for (const rev of path.filter(Boolean)) {
      const held = await pouch.get(_id, { rev, revs: true }).catch(() => undefined);
      if (held) return held;
    }
    return null;
  }

  function judge(document, old, user, security) {
    for (const run of functions.values()) {
      try {
        run(structuredClone(document), old, { db: name, name: user.name, roles: user.roles }, security);
      } catch (thrown) {
        if (thrown?.forbidden !== undefined) return { error: 'forbidden', reason: thrown.forbidden };
        if (thrown?.unauthorized !== undefined) return { error: 'unauthorized', reason: thrown.unauthorized };
        return { error: 'forbidden', reason: String(thrown) };
      }
    }
    return undefined;
  }

  return {
    /** @returns one row a document */
    async write(documents, edits, user, security) {
      const rows = [];
      for (const document of documents) {
        const { _id, _rev } = document;
        if (_id?.startsWith('_design/')) {
          if (!user.roles.includes('_admin')) {
            rows.push({ id: _id, error: 'forbidden', reason: 'You are not a db or server admin.' });
            continue;
          }
          functions.delete(_id);
          if (document.validate_doc_update && !document._deleted)
            functions.set(_id, runInNewContext(`(${document.validate_doc_update})`));
        } else {
          const refused = judge(document, await before(document, edits), user, security);
          if (refused) {
            rows.push({ id: _id, rev: _rev, ...refused });
            continue;
          }
        }
        const [failed] = await pouch.bulkDocs([document], { new_edits: edits });
        if (failed?.error) rows.push({ id: _id, error: failed.name ?? 'conflict', reason: failed.message });
        else rows.push({ ok: true, id: _id ?? failed?.id, rev: failed?.rev ?? _rev });
      }
      return rows;
    },
  };
}
