// The system of the virtual machine: Debian's kernel and its modules, kept under .cache, and nothing else: its files
// are those of this machine, read only (real parts in a guest of Debian's kernel).
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { alone } from '../set-up/lock.mjs';
import { CACHE, SetUpError, say } from '../set-up/paths.mjs';
import { run } from '../set-up/run.mjs';
import { ensurePackages, missingPackages } from '../set-up/system-packages.mjs';

export const HARDWARE_PACKAGES = [
  ...['qemu-system-x86', 'busybox-static', 'cpio', 'kmod', 'udev', 'socat'],
  ...['bluez', 'bluez-test-tools', 'dbus'],
];

/** What only servers, screens and radios need: two thirds of the modules. */
const LEFT_OUT = ['drivers/gpu', 'drivers/net', 'drivers/media', 'drivers/infiniband', 'drivers/scsi']
  .concat(['drivers/staging', 'drivers/iio', 'drivers/md', 'drivers/mtd', 'sound'])
  .map((folder) => `--exclude=./lib/modules/*/kernel/${folder}`);

/** @returns {Promise<string | undefined>} why no virtual machine can be had here */
export async function whyNoGuest() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `they need Linux on x64, this is ${process.platform} on ${process.arch}`;
  if (!existsSync('/etc/debian_version')) return "they boot Debian's kernel, and this is not Debian";
  await ensurePackages([], HARDWARE_PACKAGES);
  const missing = missingPackages(HARDWARE_PACKAGES);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  return undefined;
}

/** @returns {Promise<{ system?: { kernel: string, modules: string, version: string }, why?: string }>} the kernel's file and the root of its modules, or why not */
export function ensureGuestSystem() {
  return alone('hardware', async () => {
    const home = join(CACHE, 'hardware', 'kernel');
    try {
      const kept = existsSync(home) ? versionIn(home) : undefined;
      const version = kept ?? (await fetchKernel(home));
      return { system: { kernel: join(home, 'boot', `vmlinuz-${version}`), modules: home, version } };
    } catch (error) {
      // A machine without a line has no kernel to boot; it has nothing to be ashamed of.
      if (error instanceof SetUpError) return { why: error.message };
      throw error;
    }
  });
}

function versionIn(home) {
  const found = readdirSync(join(home, 'boot')).find((file) => file.startsWith('vmlinuz-'));
  return found?.slice('vmlinuz-'.length);
}

async function fetchKernel(home) {
  const name = await kernelPackage();
  say(`Fetching ${name} for the hardware tests (kept under .cache)`);
  const fresh = `${home}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const asked = (command, args) => run(command, args, { cwd: fresh, capture: true });
  let fetched = await asked('apt-get', ['download', name]);
  if (fetched.code !== 0) {
    await asked('apt-get', ['update']);
    fetched = await asked('apt-get', ['download', name]);
  }
  const file = readdirSync(fresh).find((one) => one.endsWith('.deb'));
  if (fetched.code !== 0 || !file) throw new SetUpError(`${name} could not be fetched:\n${fetched.output}`);
  const wanted = `./boot/vmlinuz-* ./lib/modules`;
  const unpack = `set -o pipefail; dpkg-deb --fsys-tarfile '${file}' | tar -x --wildcards ${LEFT_OUT.join(' ')} ${wanted}`;
  const unpacked = await asked('bash', ['-c', unpack]);
  if (unpacked.code !== 0) throw new SetUpError(`${name} could not be unpacked:\n${unpacked.output}`);
  rmSync(join(fresh, file));
  const version = versionIn(fresh);
  const indexed = await asked('depmod', ['-b', fresh, version]);
  if (indexed.code !== 0) throw new SetUpError(`depmod failed:\n${indexed.output}`);
  // Whole before it has its name: a fetch that was cut is begun again.
  renameSync(fresh, home);
  return version;
}

/** Debian's current kernel of this release; its name carries its version. */
async function kernelPackage() {
  const ask = () => run('apt-cache', ['depends', 'linux-image-amd64'], { capture: true });
  const named = ({ output }) => /linux-image-\d[^\s<>]*-amd64/.exec(output)?.[0];
  const name =
    named(await ask()) ?? (await run('apt-get', ['update'], { capture: true }), named(await ask()));
  if (!name) throw new SetUpError('apt knows no kernel (linux-image-amd64)');
  return name;
}
