/** One gesture, drawn and said. Texts are ours; nothing typed by anybody enters them. */
interface Step {
  readonly drawing: string;
  readonly text: string;
}
interface System {
  readonly id: string;
  readonly title: string;
  readonly items: readonly Step[];
}

const INK = '#24564a';
const frame = (inside: string): string =>
  `<svg viewBox="0 0 132 96" aria-hidden="true"><rect x="16" y="6" width="100" height="84" rx="8" fill="#f6f3ec" stroke="#5b6b6e" stroke-width="3"/>${inside}</svg>`;
const rows = (chosen: number): string =>
  [0, 1, 2, 3]
    .map(
      (row) =>
        `<rect x="26" y="${17 + row * 17}" width="80" height="11" rx="3" fill="${row === chosen ? INK : '#d9d4c7'}"/>`,
    )
    .join('');
const DRAWINGS = {
  download: frame(
    `<path d="M66 20v34m-15-15 15 15 15-15M44 70h44" fill="none" stroke="${INK}" stroke-width="6"/>`,
  ),
  settings: frame(
    `<circle cx="66" cy="48" r="15" fill="none" stroke="${INK}" stroke-width="8"/><path d="M66 24v8m0 32v8m24-24h-8m-32 0h-8" stroke="${INK}" stroke-width="7"/>`,
  ),
  list: frame(rows(1)),
  lock: frame(
    `<rect x="46" y="44" width="40" height="30" rx="5" fill="${INK}"/><path d="M54 44V34a12 12 0 0 1 24 0v10" fill="none" stroke="${INK}" stroke-width="6"/>`,
  ),
  tick: frame(`<path d="m40 50 18 18 34-38" fill="none" stroke="${INK}" stroke-width="8"/>`),
  qr: frame(
    `<g fill="${INK}"><path d="M40 24h20v20H40zM72 24h20v20H72zM40 56h20v20H40z"/><path d="M72 56h8v8h-8zm12 12h8v8h-8zM72 72h6v4h-6zm14-14h6v6h-6z"/></g>`,
  ),
};

const CERTIFICATE = '<a href="/ecole.crt">le certificat de l’école</a>';

/** Per system, in the words its menus use in French. `secureUrl` is where the pupil app is. */
export function steps(secureUrl: string): readonly System[] {
  const enter: Step = {
    drawing: DRAWINGS.qr,
    text: `Ouvrez <a href="${secureUrl}/">la page de la classe</a> (ou visez le QR de l’ordinateur), puis tapez le code que l’enseignant vous donne.`,
  };
  return [
    {
      id: 'android',
      title: 'Tablette Android',
      items: [
        { drawing: DRAWINGS.download, text: `Touchez ${CERTIFICATE} : il se télécharge.` },
        { drawing: DRAWINGS.settings, text: 'Ouvrez <b>Paramètres</b>, puis <b>Sécurité</b>.' },
        {
          drawing: DRAWINGS.list,
          text: '<b>Chiffrement et identifiants</b> → <b>Installer un certificat</b> → <b>Certificat CA</b>.',
        },
        { drawing: DRAWINGS.tick, text: 'Confirmez, puis choisissez le fichier <b>ecole.crt</b>.' },
        enter,
      ],
    },
    {
      id: 'ipad',
      title: 'iPad',
      items: [
        {
          drawing: DRAWINGS.download,
          text: 'Avec Safari, touchez <a href="/ecole.mobileconfig">le profil de l’école</a>, puis <b>Autoriser</b>.',
        },
        {
          drawing: DRAWINGS.settings,
          text: '<b>Réglages</b> → <b>Profil téléchargé</b> → <b>Installer</b>.',
        },
        {
          drawing: DRAWINGS.lock,
          text: '<b>Réglages</b> → <b>Général</b> → <b>Informations</b> → <b>Réglages des certificats</b> : activez le bouton de l’école.',
        },
        enter,
      ],
    },
    {
      id: 'windows',
      title: 'Ordinateur Windows',
      items: [
        { drawing: DRAWINGS.download, text: `Téléchargez ${CERTIFICATE} et ouvrez-le.` },
        { drawing: DRAWINGS.lock, text: '<b>Installer un certificat</b> → <b>Utilisateur actuel</b>.' },
        {
          drawing: DRAWINGS.list,
          text: '<b>Placer tous les certificats dans le magasin suivant</b> → <b>Autorités de certification racines de confiance</b>.',
        },
        enter,
      ],
    },
    {
      id: 'chromebook',
      title: 'Chromebook',
      items: [
        { drawing: DRAWINGS.download, text: `Téléchargez ${CERTIFICATE}.` },
        {
          drawing: DRAWINGS.settings,
          text: '<b>Paramètres</b> → <b>Sécurité et confidentialité</b> → <b>Gérer les certificats</b> → <b>Autorités</b> → <b>Importer</b>.',
        },
        { drawing: DRAWINGS.tick, text: 'Cochez <b>identifier des sites Web</b>.' },
        enter,
      ],
    },
    {
      id: 'linux',
      title: 'Ordinateur Linux',
      items: [
        { drawing: DRAWINGS.download, text: `Téléchargez ${CERTIFICATE}.` },
        {
          drawing: DRAWINGS.settings,
          text: 'Dans le navigateur : <b>Paramètres</b> → <b>Certificats</b> → <b>Autorités</b> → <b>Importer</b>.',
        },
        enter,
      ],
    },
  ];
}
