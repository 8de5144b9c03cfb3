/**
 * What a pupil app cannot take off its device itself: a browser gives it its own storage and no more. Each is a gesture
 * on the device. `photos`: taken with the device's camera, which keeps its own copy; `pages`: web pages opened in this
 * browser, with whatever was signed in there; `downloads`: files saved on the device.
 */
export const LEFTOVERS = ['photos', 'pages', 'downloads'] as const;
export type Leftover = (typeof LEFTOVERS)[number];
