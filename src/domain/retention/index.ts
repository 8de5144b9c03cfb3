export { isLocalDay, type LocalDay } from './calendar';
export { isExpired } from './expiry';
