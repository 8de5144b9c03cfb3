/** The code of a system error or a driver's (`ENOENT`, `LIBUSB_ERROR_ACCESS`); `error` where it has none. Its text would name paths. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'error';
}
