import { createHash } from 'node:crypto';
import { audience } from '../../../src/domain/audience';
import { idFrom } from '../../../src/domain/id';
import { signerFrom, type Head, type Parcel } from '../../../src/exchange';
import { writeParcel } from '../../../src/exchange/parcel';
import { sealingKey } from '../../../src/store/seal';

/** A chain that anybody can go on with from its head, parcel by parcel, the same for everybody. */
const bytes = (name: string): Buffer => createHash('sha256').update(name).digest();
export const WHERE = audience('parc');
export const CHAIN = idFrom('poste', bytes('poste'));
export const LOG_KEY = sealingKey(bytes('log'), 'test');
const SIGNER = signerFrom(bytes('signer'));

export function parcelAfter(head: Head | undefined): Parcel {
  const from = (head?.to ?? 0) + 1;
  const header = {
    v: 0 as const,
    school: idFrom('school', bytes('school')),
    origin: CHAIN,
    audience: WHERE,
    from,
    to: from,
    previous: head?.hash ?? null,
    grant: idFrom('grant', bytes('grant')),
    key: 'AAAAAAAAAAA',
    codec: 'br' as const,
    sealed: false,
    count: 1,
    created: '2026-11-22T08:00:00.000Z',
  };
  return writeParcel(header, Buffer.alloc((from * 997) % 20_000, from % 251), SIGNER);
}
