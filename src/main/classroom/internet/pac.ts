/**
 * What a device is told once (by its administrator, a DHCP option 252 or a person): go through the teacher's computer, and
 * straight where it does not answer, so that no device wakes without Internet in the next class. The school's own network is
 * always reached straight.
 */
export function pacFile(proxy: string | undefined): string {
  const way = proxy ? `PROXY ${proxy}; DIRECT` : 'DIRECT';
  return `function FindProxyForURL(url, host) {
  if (isPlainHostName(host) || dnsDomainIs(host, ".local")) return "DIRECT";
  if (/^(10\\.|127\\.|192\\.168\\.|169\\.254\\.|172\\.(1[6-9]|2\\d|3[01])\\.)[\\d.]+$/.test(host)) return "DIRECT";
  return "${way}";
}
`;
}
