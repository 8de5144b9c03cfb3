// What is not offered throws, and never pretends: a test that passes on the stand-in must mean something.

/** @param {string} what */
export function refuse(what) {
  return new Error(`The Electron stand-in does not offer ${what} (see docs/stand-in.md)`);
}

// Names that the language, the inspector and test frameworks look up on any object.
const HARMLESS = new Set([
  'then',
  'toJSON',
  'constructor',
  'inspect',
  'asymmetricMatch',
  'nodeType',
  'default',
  '__esModule',
]);

/**
 * Wraps an object so that reading a member it does not have throws, naming it.
 * @template {object} T
 * @param {string} name @param {T} target @returns {T}
 */
export function offer(name, target) {
  return new Proxy(target, {
    get(object, key) {
      if (key in object) {
        const value = Reflect.get(object, key, object);
        return typeof value === 'function' && !constructors.has(value) ? bound(object, key, value) : value;
      }
      if (typeof key === 'symbol' || HARMLESS.has(key) || key.startsWith('_')) return undefined;
      throw refuse(`${name}.${key}`);
    },
    set(object, key, value) {
      // Playwright's loader replaces app.whenReady and app.emit: members that exist may be replaced, none may be added.
      if (!(key in object) && typeof key === 'string' && !key.startsWith('_')) throw refuse(`${name}.${key}`);
      return Reflect.set(object, key, value, object);
    },
  });
}

/** @type {WeakMap<object, Map<PropertyKey, Function>>} */
const boundMembers = new WeakMap();

// Private fields need the real receiver; the same function must come back each time (listeners are compared).
function bound(object, key, value) {
  const members = boundMembers.get(object) ?? new Map();
  boundMembers.set(object, members);
  const known = members.get(key);
  if (known?.original === value) return known;
  const fn = value.bind(object);
  fn.original = value;
  members.set(key, fn);
  return fn;
}

/** Constructors, which must be handed out as they are. */
export const constructors = new WeakSet();

/** Throws when `options` holds a key that is not in `known`. */
export function refuseUnknown(name, options, known) {
  for (const key of Object.keys(options ?? {}))
    if (!known.includes(key)) throw refuse(`${name} option "${key}"`);
}

/** Throws on a listener for an event that would never come. */
export function refuseUnknownEvents(name, emitter, known) {
  for (const method of ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener']) {
    const original = emitter[method];
    emitter[method] = function (event, listener) {
      if (typeof event === 'string' && !known.includes(event))
        throw refuse(`the event "${event}" of ${name}`);
      return original.call(this, event, listener);
    };
  }
}

/** The contract is JSON: what JSON would silently change is refused, where Electron would have cloned it. */
export function requireJson(value, where) {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean')
    return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (Array.isArray(value)) return value.forEach((item) => requireJson(item, where));
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    return Object.values(value).forEach((item) => requireJson(item, where));
  }
  throw refuse(`values that are not JSON (${Object.prototype.toString.call(value)} through ${where})`);
}
