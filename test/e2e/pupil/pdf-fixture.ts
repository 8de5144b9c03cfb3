/** A real PDF of a few A4 pages, each with its number and an exercise: written by hand, so that nothing is downloaded. */
export function makePdf(pages: number): Buffer {
  const objects: string[] = [];
  const kids = Array.from({ length: pages }, (_, at) => `${4 + at * 2} 0 R`).join(' ');
  objects[1] = '<< /Type /Catalog /Pages 2 0 R >>';
  objects[2] = `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`;
  objects[3] = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>';
  for (let at = 0; at < pages; at += 1) {
    const rows = Array.from(
      { length: 10 },
      (_, row) => `1 0 0 1 70 ${640 - row * 56} Tm (${row + 2} x ${at + 3} = ......) Tj`,
    );
    const drawing = `BT /F1 30 Tf 1 0 0 1 70 740 Tm (Page ${at + 1} : les tables) Tj /F1 22 Tf ${rows.join(' ')} ET`;
    objects[4 + at * 2] =
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + at * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`;
    objects[5 + at * 2] = `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`;
  }
  let body = '%PDF-1.4\n';
  const offsets: number[] = [];
  objects.forEach((object, number) => {
    offsets[number] = body.length;
    body += `${number} 0 obj\n${object}\nendobj\n`;
  });
  const start = body.length;
  const rows = offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  body += `xref\n0 ${objects.length}\n0000000000 65535 f \n${rows.join('')}`;
  body += `trailer\n<< /Size ${objects.length} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(body, 'latin1');
}
