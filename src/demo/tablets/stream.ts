/** One stream the host has opened on the device, as a service sees it. */
export interface ServiceStream {
  /** Sends bytes to the host; resolves when the host has taken the last of them. @returns false when nobody reads */
  write(data: Buffer): Promise<boolean>;
  close(): void;
}

export interface ServiceHandler {
  /** Bytes from the host. They are acknowledged when the promise resolves: that is adb's flow control. */
  data?(chunk: Buffer): Promise<void> | void;
  closed?(): void;
}

/** Opens a service, or answers `undefined` for one this device does not know (the host then sees it closed). */
export type ServiceOpener = (service: string, stream: ServiceStream) => ServiceHandler | undefined;
