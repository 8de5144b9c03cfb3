import { expect, it } from 'vitest';
import { readAddress } from './find';

it('reads an address as an adult copies it from the teacher’s screen, and nothing outside the school', () => {
  const door = { host: '192.168.1.20', port: 8443 };
  for (const typed of [
    '192.168.1.20',
    ' 192.168.1.20:8443 ',
    'https://192.168.1.20:8443/',
    'http://192.168.1.20/installer',
  ])
    expect([typed, readAddress(typed)]).toEqual([typed, door]);
  expect(readAddress('preau-k3zq.local:9000/#enrol=ABC')).toEqual({ host: 'preau-k3zq.local', port: 9000 });
  expect(readAddress('192.168.1.20:443')).toEqual({ host: '192.168.1.20', port: 443 });
  for (const typed of [
    '',
    'exemple.fr',
    '8.8.8.8',
    'moi@192.168.1.20',
    '192.168.1.20:0',
    '192.168.1.20:70000',
    'file:///etc',
  ])
    expect([typed, readAddress(typed)]).toEqual([typed, undefined]);
});
