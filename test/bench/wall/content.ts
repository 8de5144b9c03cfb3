/** What the screens of the pupils show while they are measured. Each runs in the pupil's page, over the pupil app. */
export type Content = 'typing' | 'pages' | 'scroll' | 'clock';

/** Blocks of the clock's strip: two that say « a strip », sixteen of time, two of parity. */
export const STRIP = { blocks: 20, bits: 16, unitMs: 8 } as const;

/** Runs in the page: covers it with that content until the next one, or `undefined` for none. */
export function showContent(options: {
  content: Content | undefined;
  strip: { blocks: number; bits: number; unitMs: number };
}): void {
  const { content, strip } = options;
  const place = window as unknown as { endContent?: () => void };
  place.endContent?.();
  place.endContent = undefined;
  if (!content) return;
  const sheet = document.createElement('div');
  Object.assign(sheet.style, {
    position: 'fixed',
    inset: '0',
    zIndex: '2147483647',
    overflow: 'hidden',
    background: '#fbfaf6',
    color: '#22302f',
    padding: '40px 60px',
    font: '26px/1.5 "DejaVu Sans", sans-serif',
  });
  document.body.append(sheet);
  const words =
    'mardi nous sommes allés à la ferme voir des chèvres et un âne gris puis la fermière nous a montré comment elle fait le fromage et chacun en a goûté un petit morceau avant de reprendre le car'.split(
      ' ',
    );
  const sentence = (from: number, count: number): string =>
    Array.from({ length: count }, (_, n) => words[(from * 7 + n * 3 + ((from * n) % 5)) % words.length]).join(
      ' ',
    );
  const endings: (() => void)[] = [];
  place.endContent = () => {
    for (const end of endings) end();
    sheet.remove();
  };
  const every = (ms: number, act: () => void): void => {
    const timer = setInterval(act, ms);
    endings.push(() => clearInterval(timer));
  };

  if (content === 'typing') {
    const title = document.createElement('h1');
    title.textContent = 'Ma sortie à la ferme';
    const text = document.createElement('p');
    text.style.whiteSpace = 'pre-wrap';
    sheet.append(title, text);
    const whole = Array.from({ length: 9 }, (_, n) => `${sentence(n, 9)}.`).join('\n');
    let letters = 0;
    // A child of ten types two or three characters a second; the caret blinks besides.
    every(400, () => {
      letters = (letters + 1) % whole.length;
      text.textContent = whole.slice(0, letters) + (letters % 2 ? '|' : '');
    });
  } else if (content === 'pages') {
    let page = 0;
    const turn = (): void => {
      page += 1;
      const title = document.createElement('h1');
      title.textContent = `Chapitre ${page}`;
      const text = document.createElement('p');
      text.textContent = sentence(page, 110);
      sheet.replaceChildren(title, text);
    };
    turn();
    every(20_000, turn);
  } else if (content === 'scroll') {
    const column = document.createElement('div');
    column.style.willChange = 'transform';
    column.append(
      ...Array.from({ length: 200 }, (_, n) => {
        const line = document.createElement('p');
        line.textContent = sentence(n, 12);
        line.style.margin = '0 0 14px';
        return line;
      }),
    );
    sheet.append(column);
    const begun = performance.now();
    // 300 px a second: as fast as somebody who looks for a place in a text. Twenty steps a second spare the machine that
    // carries four pupils besides what is measured.
    every(50, () => {
      column.style.transform = `translateY(${-(((performance.now() - begun) * 0.3) % 6_000)}px)`;
    });
  } else {
    const canvas = document.createElement('canvas');
    canvas.width = innerWidth;
    canvas.height = innerHeight;
    Object.assign(canvas.style, { position: 'absolute', inset: '0', width: '100%', height: '100%' });
    sheet.append(canvas);
    const brush = canvas.getContext('2d');
    if (!brush) throw new Error('no canvas');
    const width = canvas.width / strip.blocks;
    brush.fillStyle = '#8fb3a6';
    brush.fillRect(0, 0, canvas.width, canvas.height);
    every(33, () => {
      const now = Math.floor(Date.now() / strip.unitMs) % 2 ** strip.bits;
      const bits = Array.from({ length: strip.bits }, (_, n) => (now >> n) & 1);
      const ones = bits.reduce((sum, bit) => sum + bit, 0);
      const blocks = [1, 0, ...bits, ones & 1, (ones >> 1) & 1];
      for (const [index, bit] of blocks.entries()) {
        brush.fillStyle = bit ? '#fff' : '#000';
        brush.fillRect(index * width, 0, width + 1, canvas.height / 4);
      }
    });
  }
}
