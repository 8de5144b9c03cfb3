import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

// The legacy build carries what older tablets lack; it weighs more, and comes only with the first PDF.
GlobalWorkerOptions.workerSrc = workerUrl;

export interface Pdf {
  readonly pages: number;
  /** Height over width. */
  shape(page: number): Promise<number>;
  /** Draws a page `width` device pixels wide; a later call cancels an earlier one on the same canvas. */
  draw(page: number, canvas: HTMLCanvasElement, width: number): Promise<void>;
  close(): void;
}

/** More pixels than that and a tablet with 2 GB of memory closes the page. */
const MOST_PIXELS = 6_000_000;

/** @throws when the file is not a PDF that can be read */
export async function openPdf(url: string): Promise<Pdf> {
  const loading = getDocument({ url, enableXfa: false, useWasm: false });
  const document: PDFDocumentProxy = await loading.promise;
  let running: { cancel(): void; promise: Promise<void> } | undefined;
  return {
    pages: document.numPages,
    async shape(number) {
      const { width, height } = (await document.getPage(number)).getViewport({ scale: 1 });
      return height / width;
    },
    async draw(number, canvas, width) {
      const page = await document.getPage(number);
      const natural = page.getViewport({ scale: 1 });
      const widest = Math.sqrt((MOST_PIXELS * natural.width) / natural.height);
      const viewport = page.getViewport({ scale: Math.min(width, widest) / natural.width });
      running?.cancel();
      await running?.promise.catch(() => undefined);
      canvas.width = Math.round(viewport.width);
      canvas.height = Math.round(viewport.height);
      const task = page.render({ canvas, viewport });
      running = task;
      await task.promise.catch((error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'RenderingCancelledException') throw error;
      });
    },
    close: () => void loading.destroy(),
  };
}
