import { ID_BYTES, idFrom, opaque, type Id, type IdPrefix } from '../../../domain/id';

const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(ID_BYTES));

/** Made here, so that a retry after a cut is the same thing for the door. */
export const newId = <P extends IdPrefix>(prefix: P): Id<P> => idFrom(prefix, random());
export const newUpload = (): string => opaque(random());
