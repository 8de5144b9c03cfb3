export { isLocalDay, type LocalDay } from './calendar';
export { expiresOn, isExpired } from './expiry';
