// Makes `screen.h264`: three seconds of an invented tablet's screen, encoded by a real Chromium (WebCodecs), Annex B, one whole picture first.
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const server = createServer((_request, answer) => answer.end('<!doctype html><title>h264</title>'));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
// A secure context: WebCodecs is nowhere else.
await page.goto(`http://127.0.0.1:${server.address().port}/`);
const pictures = await page.evaluate(async () => {
  const [width, height] = [320, 192];
  const found = [];
  const encoder = new VideoEncoder({
    output(chunk) {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      found.push(Array.from(bytes));
    },
    error: (error) => console.error(error),
  });
  encoder.configure({
    codec: 'avc1.42001f',
    width,
    height,
    bitrate: 100_000,
    framerate: 4,
    avc: { format: 'annexb' },
    latencyMode: 'realtime',
  });
  const canvas = new OffscreenCanvas(width, height);
  const brush = canvas.getContext('2d');
  for (let n = 0; n < 12; n += 1) {
    brush.fillStyle = '#f6f1e6';
    brush.fillRect(0, 0, width, height);
    brush.fillStyle = '#2b5d8a';
    brush.fillRect(0, 0, width, 22);
    brush.font = '14px sans-serif';
    brush.fillStyle = '#fff';
    brush.fillText('Lecture', 8, 16);
    brush.fillStyle = '#333';
    for (let line = 0; line < 6; line += 1)
      brush.fillText(`Le renard et la cigogne, ligne ${line + 1}`, 12, 46 + line * 20);
    brush.fillStyle = '#c4532d';
    brush.fillRect(12 + n * 22, 168, 20, 14);
    const frame = new VideoFrame(canvas, { timestamp: n * 250_000 });
    encoder.encode(frame, { keyFrame: n === 0 });
    frame.close();
  }
  await encoder.flush();
  return found;
});
await browser.close();
server.close();
console.log(pictures.map((bytes) => bytes.length).join(' '));
writeFileSync(
  fileURLToPath(new URL('./screen.h264', import.meta.url)),
  Buffer.concat(pictures.map(Buffer.from)),
);
