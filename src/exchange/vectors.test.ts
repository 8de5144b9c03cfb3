import { describe, expect, it } from 'vitest';
import { revisionOf } from '../store/revision';
import { seal } from './seal';
import { secretsFrom } from './secrets';
import { signerFrom } from './signature';
import { digestOf } from './vector';

/** The values of docs/sync.md, « To try a second client »: whoever writes one computes the same. */
const KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => at));

describe('version 0, as another program may compute it', () => {
  const { keyId, revisionKey, sealKey } = secretsFrom(KEY, 'suivi-k3zq7p2wabcde_2026');

  it('derives the same keys and seals the same bytes', () => {
    expect(keyId).toBe('THGri8Hthks');
    expect(revisionKey.toString('hex')).toBe(
      '21ef513259d25db0ceea19c08a4e8d85ef8886085068382f93af566ac23cf172',
    );
    expect(sealKey?.toString('hex')).toBe('74ab9520661507f05fa4d8841338a63bb8e4fa77815057937cd92cb810f4fe8c');
    const sealed = seal(sealKey ?? KEY, Buffer.from('header'), Buffer.from('text'));
    expect(sealed.toString('hex')).toBe('5e9af44471f9e50ae7f8a7ebcd2438d8836bfe5803f3e734ae15b9c3ff7b01c2');
  });

  it('makes the same revisions, signatures and digests', () => {
    const body = { _id: 'event_k3zq7p2wabcde', type: 'note', v: 1 };
    const first = revisionOf(revisionKey, { deleted: false, body: { ...body, text: 'cœur' } });
    expect(first).toBe('1-d2f187122047abd7679bf62cc6ec56e8');
    expect(revisionOf(revisionKey, { parent: first, deleted: true, body })).toBe(
      '2-fe57c9ae12b23814459e087c724f5677',
    );
    const signer = signerFrom(KEY);
    expect(signer.publicKey).toBe('A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg');
    expect(signer.sign('request', Buffer.from('x')).toString('base64url')).toBe(
      '1oNrGFZsbNE9546oMMFED7Xarf9i9EbJqNLVe8dll4JMEPeOd5RF2g98JNoBPy-0LEcyqZ86xx27xOCsVUuOAQ',
    );
    expect(digestOf({ parc: { poste_k3zq7p2wabcde: 3 } })).toBe('cdofQvI2IDNCcLI6-q0wJA');
  });
});
