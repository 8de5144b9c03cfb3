/**
 * A virtual machine on Debian's kernel whose files are this machine's, read only: what a test needs of USB and Bluetooth
 * is there, whatever the kernel at hand. Emulated (no KVM): slow, and the same everywhere.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What the first program needs before the host's files are there. */
const FIRST_MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];
const SOCKET_WAIT_MS = 10_000;
const POWER_OFF_GRACE_MS = 10_000;

/** The host's files under a layer in memory: a guest writes where it likes and nothing is changed. */
const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev
for m in $(cat /mods); do insmod /mod/$m; done
mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=262144,cache=loose host /host
mount -t tmpfs t /newroot; mkdir /newroot/u /newroot/w
mount -t overlay o -o lowerdir=/host,upperdir=/newroot/u,workdir=/newroot/w /merged
for d in proc sys dev; do mount --move /$d /merged/$d; done
mkdir -p /merged/dev/pts /merged/dev/shm /merged/lib/modules
mount -t devpts p /merged/dev/pts; mount -t tmpfs t /merged/dev/shm; mount -t tmpfs t /merged/run
ln -sfn "$PREAU_MODULES/lib/modules/$(uname -r)" "/merged/lib/modules/$(uname -r)"
chroot /merged /bin/bash "$PREAU_RUN"
poweroff -f
`;

export interface MachineOptions {
  /** An empty folder for sockets, the first files and the console's text. */
  readonly folder: string;
  readonly kernel: string;
  readonly modules: string;
  readonly version: string;
  /** The shell script that the machine runs; it is then switched off. */
  readonly script: string;
  /** Megabytes. */
  readonly memory?: number;
}

export interface Machine {
  /** The serial line that the script sees as `/dev/ttyS1`. */
  readonly line: Socket;
  /** The far end of the cable of the FTDI adapter `ftdi`, on port 2; there from the beginning. */
  readonly cable: string;
  /** A command of QEMU's monitor (`device_add usb-tablet,bus=xhci.0,port=1.3,id=t1`, `device_del t1`), and what it says. @throws Error where it says no */
  monitor(command: string): Promise<string>;
  /** Resolves when the machine is off, by itself or not. */
  readonly ended: Promise<void>;
  /** What the kernel and the programs printed. */
  console(): string;
  close(): Promise<void>;
}

export async function startMachine(options: MachineOptions): Promise<Machine> {
  const { folder } = options;
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('run.sh'), options.script);
  makeInitrd(options);
  const environment = `PREAU_RUN=${path('run.sh')} PREAU_MODULES=${options.modules}`;
  const qemu = spawn(
    // It dies with us, however we end.
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'qemu-system-x86_64'],
      ...['-machine', 'q35,accel=tcg', '-cpu', 'Westmere', '-smp', '1', '-m', String(options.memory ?? 1024)],
      ...['-display', 'none', '-nodefaults', '-no-reboot'],
      ...['-kernel', options.kernel, '-initrd', path('initrd.gz')],
      ...['-append', `console=ttyS0 quiet panic=-1 ${environment}`],
      ...['-serial', `file:${path('console.log')}`, '-serial', `unix:${path('line.sock')},server=on,wait=on`],
      ...['-monitor', `unix:${path('monitor.sock')},server=on,wait=off`],
      '-virtfs',
      'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap',
      ...['-device', 'qemu-xhci,id=xhci', '-device', 'usb-hub,bus=xhci.0,port=1,port-power=on,id=hub'],
      ...['-device', 'usb-kbd,bus=xhci.0,port=1.1,id=keyboard'],
      ...['-chardev', `socket,path=${path('ftdi.sock')},server=on,wait=off,id=cable`],
      ...['-device', 'usb-serial,chardev=cable,always-plugged=on,bus=xhci.0,port=2,id=ftdi'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  qemu.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-4_000)));
  const ended = new Promise<void>((resolve) => {
    qemu.once('close', () => resolve());
    qemu.once('error', () => resolve());
  });
  try {
    // QEMU waits for somebody on the line before it starts: nothing that is said there is lost.
    const line = await reach(path('line.sock'), qemu);
    const monitor = openMonitor(await reach(path('monitor.sock'), qemu));
    return {
      line,
      cable: path('ftdi.sock'),
      monitor,
      ended,
      console: () => readText(path('console.log')) + said,
      async close() {
        if (qemu.exitCode !== null || qemu.signalCode !== null) return;
        qemu.kill('SIGTERM');
        const kill = setTimeout(() => qemu.kill('SIGKILL'), POWER_OFF_GRACE_MS);
        await ended;
        clearTimeout(kill);
      },
    };
  } catch (error) {
    qemu.kill('SIGKILL');
    await ended;
    throw new Error(`QEMU did not start: ${said}`, { cause: error });
  }
}

function makeInitrd({ folder, modules, version }: MachineOptions): void {
  const root = join(folder, 'initrd');
  for (const name of ['bin', 'mod', 'proc', 'sys', 'dev', 'host', 'newroot', 'merged'])
    mkdirSync(join(root, name), { recursive: true });
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  const files: string[] = [];
  for (const name of FIRST_MODULES) {
    const asked = spawnSync('/sbin/modprobe', ['-d', modules, '-S', version, '--show-depends', name], {
      encoding: 'utf8',
    });
    for (const [, file] of asked.stdout.matchAll(/^insmod (\S+)/gm))
      if (file && !files.includes(file)) files.push(file);
  }
  for (const file of files) copyFileSync(file, join(root, 'mod', basename(file)));
  writeFileSync(join(root, 'mods'), files.map((file) => `${basename(file)}\n`).join(''));
  writeFileSync(join(root, 'init'), INIT, { mode: 0o755 });
  const packed = spawnSync(
    'bash',
    ['-c', 'set -o pipefail; find . | cpio -o -H newc --quiet | gzip -1 > ../initrd.gz'],
    { cwd: root, encoding: 'utf8' },
  );
  if (packed.status !== 0) throw new Error(`the first files could not be packed: ${packed.stderr}`);
}

async function reach(path: string, qemu: ChildProcess): Promise<Socket> {
  const until = Date.now() + SOCKET_WAIT_MS;
  for (;;) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const tried = connect(path, () => resolve(tried));
      tried.on('error', () => resolve(undefined));
    });
    if (socket) return socket;
    if (qemu.exitCode !== null || Date.now() > until) throw new Error('nobody on the line');
    await delay(20);
  }
}

const PROMPT = '(qemu) ';

/** One command at a time: its answer ends with the next prompt. */
function openMonitor(socket: Socket): Machine['monitor'] {
  let text = '';
  let heard: () => void = () => undefined;
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    heard();
  });
  socket.on('error', () => undefined);
  let closed = false;
  socket.on('close', () => {
    closed = true;
    heard();
  });
  const prompt = async (): Promise<string> => {
    while (!text.endsWith(PROMPT)) {
      if (closed) throw new Error('the machine is off');
      await new Promise<void>((resolve) => (heard = resolve));
    }
    const answer = text.slice(0, -PROMPT.length);
    text = '';
    return answer;
  };
  let last: Promise<unknown> = prompt();
  return (command) => {
    const asked = last.then(async () => {
      socket.write(`${command}\n`);
      // The line is echoed letter by letter with the means of a terminal; the answer is what follows its end.
      const echoed = await prompt();
      const answer = echoed.slice(echoed.indexOf('\n') + 1).trim();
      if (answer.startsWith('Error:')) throw new Error(`${command}: ${answer}`);
      return answer;
    });
    last = asked.catch(() => undefined);
    return asked;
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
