/** Whether a window can be shown: always on Windows and macOS, on Linux where a display server is named. */
export function hasDisplay(env = process.env) {
  return process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}
