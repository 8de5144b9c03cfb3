import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, it } from 'vitest';
import { worksheet } from './worksheet';

describe('the worksheet of the demonstration', () => {
  it('is a PDF that the pupils’ viewer reads, accents included', async () => {
    const document = await getDocument({ data: new Uint8Array(worksheet()) }).promise;
    expect(document.numPages).toBe(2);
    const { items } = await (await document.getPage(1)).getTextContent();
    expect(items.map((item) => ('str' in item ? item.str : '')).join(' ')).toContain('allés à la ferme');
  });
});
