// node build/complete-lock.mjs, after any `npm install`: completes package-lock.json.
// A registry mirror may hold only some systems' binaries of a package. npm then writes a lock without the others, and
// `npm ci` refuses that same lock (« Missing: … from lock file »). The missing ones are optional and of other
// systems: naming their version, system and processor is all that npm needs to leave them out here and to find them there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, say } from './set-up/paths.mjs';

const SUFFIX =
  /-(android|darwin|linux|win32|freebsd|openharmony)-(arm64|x64|ia32|arm|ppc64|riscv64|s390x|loong64)(?:-(\w+))?$/;
const LIBC = { musl: 'musl', gnu: 'glibc' };

const path = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const { packages } = lock;

for (const [holder, { optionalDependencies = {}, dev, license, engines }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const [, os, cpu, variant] = SUFFIX.exec(name) ?? [];
    if (!os || !/^\d[\w.+-]*$/.test(version) || isLocked(holder, name)) continue;
    const libc = os === 'linux' && LIBC[variant];
    packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(dev ? { dev } : {}),
      ...(libc ? { libc: [libc] } : {}),
      license,
      optional: true,
      os: [os],
      engines,
    };
    say(`added ${name} ${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);

/** As Node looks for it: in the holder's own node_modules, then upwards. */
function isLocked(holder, name) {
  for (let at = holder; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (!at) return false;
  }
}
