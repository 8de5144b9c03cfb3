/**
 * A worksheet of the demonstration as a PDF, written by hand: five objects, one standard font, no library. Text is
 * Latin-1, as the font's encoding is.
 */
const TITLE = 'La sortie à la ferme';
const PAGES = [
  ['Lis le texte, puis entoure les animaux.', '', 'Mardi, nous sommes allés à la ferme des Tilleuls.', 'Nous avons vu une vache, deux ânes et un coq.', 'Le coq chantait sous le préau.'],
  ['Dessine ce que tu as préféré.', '', 'Tu peux écrire une phrase sous ton dessin.'],
]; // prettier-ignore

export function worksheet(): Buffer {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  add('<< /Type /Catalog /Pages 2 0 R >>');
  const kids = PAGES.map((_, index) => `${4 + index * 2} 0 R`).join(' ');
  add(`<< /Type /Pages /Kids [${kids}] /Count ${PAGES.length} >>`);
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  for (const [index, lines] of PAGES.entries()) {
    const content = pageContent(lines);
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
    );
    add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  return assemble(objects);
}

function pageContent(lines: readonly string[]): string {
  const shown = [`BT /F1 28 Tf 60 760 Td (${escape(TITLE)}) Tj ET`];
  lines.forEach((line, index) =>
    shown.push(`BT /F1 18 Tf 60 ${700 - index * 34} Td (${escape(line)}) Tj ET`),
  );
  return shown.join('\n');
}

const escape = (text: string): string => text.replace(/[\\()]/g, (found) => `\\${found}`);

function assemble(objects: readonly string[]): Buffer {
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return String(at).padStart(10, '0');
  });
  const start = body.length;
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${at} 00000 n \n`).join('')}`;
  body += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(body, 'latin1');
}
