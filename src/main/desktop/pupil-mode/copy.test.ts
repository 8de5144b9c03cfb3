import { expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ app: {}, session: {} }));
const { safeName } = await import('./copy');

it.each([
  ['poème.txt', 'poème.txt'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\Windows\\x.exe', 'C__Windows_x.exe'],
  ['con.txt', '_con.txt'],
  ['...', 'fichier'],
  ['a\u0000b\n.pdf', 'a_b_.pdf'],
  ['', 'fichier'],
])('a file that leaves is called by a name and no path: %s', (given, name) => {
  expect(safeName(given)).toBe(name);
});
