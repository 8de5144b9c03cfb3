// node build/guide-images.mjs [part…]: every picture of docs/guide, taken by walking the screens of the real application.
// Needs a built application, Chromium and what the end-to-end tests need; writes docs/images/guide-*.png (French, light,
// 1366 × 768; a telephone's are 390 × 780), then says which pictures no guide shows and which a guide lacks.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, say } from './set-up/paths.mjs';
import { run } from './set-up/run.mjs';

const PARTS = ['demonstration', 'school', 'at-once', 'new-term', 'lesson'];
const asked = process.argv.slice(2);
for (const part of PARTS.filter((name) => asked.length === 0 || asked.includes(name))) {
  const { code } = await run(process.execPath, [join(ROOT, 'build/guide', `${part}.mjs`)]);
  if (code !== 0) {
    say(`${part} did not go through`);
    process.exitCode = 1;
  }
}

const GUIDE = join(ROOT, 'docs/guide');
const text = readdirSync(GUIDE)
  .map((page) => readFileSync(join(GUIDE, page), 'utf8'))
  .join('\n');
const shown = new Set([...text.matchAll(/images\/(guide-[\w-]+\.png)/g)].map(([, name]) => name));
const taken = readdirSync(join(ROOT, 'docs/images')).filter((name) => name.startsWith('guide-'));
for (const name of taken.filter((one) => !shown.has(one))) say(`no guide shows docs/images/${name}`);
for (const name of [...shown].filter((one) => !taken.includes(one))) say(`a guide lacks docs/images/${name}`);
