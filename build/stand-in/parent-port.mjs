// Gives a child of the stand-in the `process.parentPort` that Electron gives a utility process.
import { EventEmitter } from 'node:events';

const port = new EventEmitter();
port.postMessage = (message) => void process.send?.(message);
process.on('message', (data) => port.emit('message', { data, ports: [] }));
process.parentPort = port;

// Electron ends a utility process with its parent, however the parent ended.
process.on('disconnect', () => process.exit(0));

// A terminal's ctrl-C reaches the whole group of processes; the parent decides when this one stops.
process.on('SIGINT', () => undefined);
