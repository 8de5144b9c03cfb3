// A host that starts an adb server, says on which port, and waits to be killed. Argument: the port to report to.
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const path = fileURLToPath(new URL('../../../src/main/android/adb-server.ts', import.meta.url));
const { module } = await runnerImport(path);
const server = await module.openAdbServer({ env: process.env });
connect({ port: Number(process.argv[2]), host: '127.0.0.1' }).write(String(server.port));
