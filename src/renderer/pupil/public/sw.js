/**
 * Opens the page where the teacher's computer does not answer (yet, or out on the sports field): the two shells and what they
 * are made of, never a document, a name or a child's work, which come by addresses this file leaves alone. A page that can be
 * fetched is always fetched: nobody meets last month's app.
 */
const CACHE = 'preau-shell-1';
const SHELLS = { '/': '/', '/index.html': '/', '/telecommande': '/telecommande' };
/** A poste that is there answers at once; one that sleeps lets the network wait. ms */
const PATIENCE = 3_000;

const assetsOf = (html) => [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);

async function keepShell(path, response) {
  const cache = await caches.open(CACHE);
  const html = await response.clone().text();
  const before = await (await cache.match(path))?.text();
  // What the shell names is there before the shell is: half a page is worse than none.
  await Promise.all(
    assetsOf(html).map(async (asset) => (await cache.match(asset)) ?? (await cache.add(asset))),
  );
  await cache.put(path, response);
  if (before !== undefined && before !== html) await dropOthers(cache);
}

/** After another version came: its pieces are asked for again as they are needed, those of the former are not kept. */
async function dropOthers(cache) {
  const shells = await Promise.all([...new Set(Object.values(SHELLS))].map((path) => cache.match(path)));
  const named = new Set(assetsOf((await Promise.all(shells.map((shell) => shell?.text()))).join('')));
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith('/assets/') && !named.has(pathname)) await cache.delete(url);
  }
}

async function openShell(path, event) {
  const cache = await caches.open(CACHE);
  const held = await cache.match(path);
  const fetched = fetch(event.request).then((response) => {
    if (response.ok) event.waitUntil(keepShell(path, response.clone()).catch(() => undefined));
    return response;
  });
  if (!held) return fetched;
  const late = new Promise((resolve) => setTimeout(() => resolve(held), PATIENCE));
  return Promise.race([fetched.catch(() => held), late]);
}

async function openAsset(request) {
  const cache = await caches.open(CACHE);
  const held = await cache.match(request);
  if (held) return held;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(
    Promise.all(
      ['/', '/telecommande'].map(async (path) => {
        const response = await fetch(path);
        if (response.ok) await keepShell(path, response);
      }),
    ),
  );
});
self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});
self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== self.location.origin) return;
  const shell = mode === 'navigate' ? SHELLS[pathname] : undefined;
  if (shell) event.respondWith(openShell(shell, event));
  else if (pathname.startsWith('/assets/')) event.respondWith(openAsset(event.request));
});
