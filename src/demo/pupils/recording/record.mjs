/**
 * Makes `screen.chunks`: twenty seconds of a pupil's screen as a real Chromium captures and encodes it (tab capture, VP8 through
 * WebCodecs, 456 × 256, 4 pictures a second, a whole picture every five seconds), as chunks of contract/pupil/frames.ts, each
 * behind its length (u32, little endian).
 * Run by hand: `node src/demo/pupils/recording/record.mjs`.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const PAGE = `<!doctype html><meta charset=utf-8><title>Ordinateur d'un élève</title><style>
body{margin:0;background:#f7f4ec;font:30px/1.5 sans-serif;color:#22302f;padding:40px 60px}h1{font-size:40px;margin:0 0 20px;color:#24564a}
#p{min-height:320px;white-space:pre-wrap}#s{position:fixed;right:50px;bottom:40px;width:180px;height:180px}</style>
<h1>La sortie à la ferme</h1><div id=p></div><canvas id=s width=180 height=180></canvas><script>
const text="Mardi, nous sommes allés à la ferme.\\nNous avons vu des chèvres et un âne gris.\\nLa fermière nous a montré le fromage.\\nJ'ai goûté : c'était bon !";
let n=0;const p=document.getElementById('p'),c=document.getElementById('s').getContext('2d');
setInterval(()=>{n=(n+1)%(text.length+30);p.textContent=text.slice(0,n)+(n%2?'|':'');
c.clearRect(0,0,180,180);c.strokeStyle='#b8641b';c.lineWidth=6;c.beginPath();c.arc(90,90,60,0,(n%60)/60*6.28);c.stroke()},120);
</script>`;

const server = createServer((_, response) =>
  response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE),
);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--auto-accept-this-tab-capture', '--autoplay-policy=no-user-gesture-required'],
});
const page = await browser.newPage({ viewport: { width: 912, height: 512 } });
await page.goto(`http://127.0.0.1:${server.address().port}/`);
const chunks = await page.evaluate(async () => {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, preferCurrentTab: true });
  const [track] = stream.getVideoTracks();
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
  const out = [];
  const start = performance.now();
  const encoder = new VideoEncoder({
    error: (error) => {
      throw error;
    },
    output: (chunk) => {
      const bytes = new Uint8Array(16 + chunk.byteLength);
      const view = new DataView(bytes.buffer);
      view.setUint8(1, chunk.type === 'key' ? 1 : 0);
      view.setUint16(4, 456, true);
      view.setUint16(6, 256, true);
      view.setUint32(8, Math.round(chunk.timestamp / 1000), true);
      view.setUint32(12, out.length, true);
      chunk.copyTo(bytes.subarray(16));
      out.push(btoa(String.fromCharCode(...bytes)));
    },
  });
  encoder.configure({
    codec: 'vp8',
    width: 456,
    height: 256,
    bitrate: 45_000,
    framerate: 4,
    latencyMode: 'realtime',
  });
  let count = 0;
  while (count < 80) {
    const { value: frame } = await reader.read();
    if (performance.now() - start >= count * 250) {
      const bitmap = await createImageBitmap(frame, { resizeWidth: 456, resizeHeight: 256 });
      const small = new VideoFrame(bitmap, { timestamp: count * 250_000 });
      encoder.encode(small, { keyFrame: count % 20 === 0 });
      small.close();
      count += 1;
    }
    frame.close();
  }
  await encoder.flush();
  track.stop();
  return out;
});
await browser.close();
server.close();
const framed = chunks.flatMap((text) => {
  const chunk = Buffer.from(text, 'base64');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(chunk.length);
  return [length, chunk];
});
const recording = Buffer.concat(framed);
writeFileSync(new URL('./screen.chunks', import.meta.url), recording);
console.log(`${chunks.length} chunks, ${Math.round(recording.length / 1024)} kB`);
