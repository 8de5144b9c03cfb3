/** The two names that the preload and the desktop shell agree on; the contract proper is carried inside. */
export const BRIDGE_REQUEST = 'preau:request';
export const BRIDGE_EVENT = 'preau:event';
