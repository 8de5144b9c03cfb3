import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Programs started together, and everything they started themselves. */
export interface Pack {
  /** Starts `argv`; its output is kept by the caller. */
  start(argv: readonly string[], env?: Readonly<Record<string, string | undefined>>): ChildProcess;
  /** Ends every process of the pack, children included, and waits until none is left. */
  stop(): Promise<void>;
}

/**
 * veyon-server leaves its x11vnc alive when it ends, and its workers theirs: what belongs to a pack is known by a mark in
 * its environment, which children inherit. A small shell does the ending, and does it too when this process is killed.
 */
export function createPack(): Pack {
  const mark = `PREAU_PEERS=${randomBytes(9).toString('hex')}`;
  const [name, value] = mark.split('=');
  const keeper = spawn('/bin/sh', ['-c', ENDING, 'sh', mark], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(keeper, 'exit');
  const started = new Set<ChildProcess>();
  return {
    start(argv, env = {}) {
      const [program = '', ...args] = argv;
      const child = spawn(program, args, {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...env, [name ?? '']: value },
      });
      started.add(child);
      child.once('exit', () => started.delete(child));
      // Said by whoever waits for the program to be ready; here it must only not end the tests.
      child.on('error', () => started.delete(child));
      child.stdout.on('error', () => undefined);
      return child;
    },
    async stop() {
      keeper.stdin.end();
      await ended;
      for (const child of started) child.stdout?.destroy();
      for (const child of started) child.stderr?.destroy();
    },
  };
}

/**
 * In rounds: a process may have started another one while it was being ended. Stopped ones (SIGSTOP) end by KILL only. An
 * x11vnc that is killed leaves its shared memory, of which the system has 4,096 pieces: private ones that nobody holds and
 * whose maker is gone are given back.
 */
const ENDING = `
trap '' TERM INT HUP
cat > /dev/null
for round in 1 2 3 4 5; do
  files=$(grep -lzxF "$1" /proc/[0-9]*/environ 2>/dev/null)
  [ -z "$files" ] && break
  for file in $files; do
    id=\${file#/proc/}; kill -9 "\${id%/environ}" 2>/dev/null
  done
done
free=$(ipcs -m | awk '$1 == "0x00000000" && $6 == 0 { print $2 }')
ipcs -m -p | awk -v free="$free" 'BEGIN { n = split(free, ids, "\\n"); for (i = 1; i <= n; i++) of[ids[i]] } $1 in of { print $1, $3 }' |
  while read -r id creator; do [ -d "/proc/$creator" ] || echo "-m $id"; done | xargs -r ipcrm
true
`;

/** Free ports of loopback, outside the range the system gives to outgoing connections. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  const held = [];
  let port = 12_000 + (randomBytes(2).readUInt16BE(0) % 15_000);
  while (found.length < count) {
    port += 1;
    const server = createServer();
    server.listen(port, '0.0.0.0');
    const got = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]);
    if (!got) continue;
    held.push(server);
    found.push(port);
  }
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}
