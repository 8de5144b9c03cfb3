import PdfWorker from 'pdfjs-dist/build/pdf.worker.min.mjs?worker';

/** Draws one page of a PDF on a canvas. The viewer (pdf.js) loads with the first document, not with the window. */
export async function renderPage(url: string, page: number, canvas: HTMLCanvasElement): Promise<number> {
  const pdfjs = await import('pdfjs-dist');
  pdfjs.GlobalWorkerOptions.workerPort ??= new PdfWorker();
  const loading = pdfjs.getDocument({ url });
  try {
    const pdf = await loading.promise;
    const sheet = await pdf.getPage(Math.min(page, pdf.numPages));
    const viewport = sheet.getViewport({ scale: 1.6 });
    canvas.width = viewport.width;
    canvas.height = viewport.height;
    await sheet.render({ canvas, viewport }).promise;
    return viewport.width / viewport.height;
  } finally {
    await loading.destroy();
  }
}
