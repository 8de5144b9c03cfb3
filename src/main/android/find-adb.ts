import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * Where the platform-tools' `adb` is: PATH first (a Debian package, a technician's choice), then the folders that the
 * Android SDK documents. @returns undefined when this computer has none
 */
export async function findAdb(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const program = platform === 'win32' ? 'adb.exe' : 'adb';
  const sdks = [env['ANDROID_HOME'], env['ANDROID_SDK_ROOT']].filter((path) => path !== undefined);
  const folders = [
    ...(env['PATH'] ?? env['Path'] ?? '').split(delimiter),
    ...sdks.map((path) => join(path, 'platform-tools')),
  ].filter((path) => path !== '');
  for (const folder of folders) {
    const candidate = join(folder, program);
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here; the next folder.
    }
  }
  return undefined;
}
