import type { Refusal } from '../../../domain/internet/judge';

/** What a child reads instead of a page that is not for now; no address of it is repeated. */
const WORDS: Readonly<Record<Refusal, string>> = {
  off: 'Internet est en pause pendant cette séance.',
  'not-listed': 'Ce site n’est pas dans la liste de la séance.',
  blocked: 'Ce site n’est pas ouvert à l’école.',
  category: 'Ce site n’est pas ouvert à l’école.',
  address: 'Cette adresse n’est pas celle d’un site.',
};

export const refusalPage = (why: Refusal): string =>
  `<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Pas maintenant</title><style>body{margin:0;display:grid;min-height:100vh;place-items:center;font:24px/1.5 "Atkinson Hyperlegible",Verdana,sans-serif;color:#1f2a2c;background:#f6f3ec;text-align:center}main{max-width:560px;padding:32px}h1{font-size:40px;margin:0 0 16px}</style></head><body><main><h1>Pas maintenant</h1><p>${WORDS[why]}</p><p>Reviens en arrière, ou lève la main.</p></main></body></html>`;
