import { app, desktopCapturer, Menu, session, type WebContents } from 'electron';
import type { MemoryContext } from './memory';
import { isDoorHost, judgeDoor, readCertificate } from './trust';
import { place } from './place';

/** What Chromium answers when it is left to judge by itself, and when it must refuse. */
const ITS_OWN = -3;
const REFUSED = -2;

/** Must precede Electron's `ready`. Rules that hold for every page, as the staff's (security-rules.ts). */
export function pupilSecurity() {
  return (): undefined => {
    app.enableSandbox();
    // A child's screen is shown as soon as they are in the lesson, reloads included: nobody clicks for it. Whether it may, the
    // handler below says.
    app.commandLine.appendSwitch('disable-features', 'GetDisplayMediaRequiresUserActivation');
    app.on('web-contents-created', (_event, contents) => restrict(contents));
    return undefined;
  };
}

function restrict(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!place.isDoor(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!place.isDoor(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

interface Details {
  readonly isMainFrame?: boolean;
  readonly requestingUrl?: string;
  readonly mediaTypes?: readonly string[];
  readonly mediaType?: string;
}
const ALLOWED = new Set(['fullscreen', 'display-capture']);

/** @returns whether the page may use that permission: camera, microphone and screen, for the door alone */
export function isAllowed(permission: string, details: Details): boolean {
  if (details.isMainFrame === false || !place.isDoor(details.requestingUrl ?? '')) return false;
  if (permission !== 'media') return ALLOWED.has(permission);
  const types = details.mediaTypes ?? (details.mediaType ? [details.mediaType] : []);
  return types.length > 0 && types.every((type) => type === 'video' || type === 'audio');
}

/** What the pages of this computer may do, and whom they believe. */
export function pupilSession() {
  return ({ memory }: MemoryContext): undefined => {
    Menu.setApplicationMenu(null);
    const own = session.defaultSession;
    own.setPermissionRequestHandler((_contents, permission, answer, details) =>
      answer(isAllowed(permission, details)),
    );
    own.setPermissionCheckHandler((_contents, permission, _origin, details) =>
      isAllowed(permission, details),
    );
    // The whole screen, without a question and without sound; only ever to the classroom's page.
    own.setDisplayMediaRequestHandler((request, answer) => {
      if (!place.isDoor(`${request.securityOrigin}/`) || !request.videoRequested) return answer({});
      desktopCapturer.getSources({ types: ['screen'], thumbnailSize: { width: 0, height: 0 } }).then(
        ([screen]) => answer(screen ? { video: screen } : {}),
        () => answer({}),
      );
    });
    own.setCertificateVerifyProc(({ hostname, certificate }, answer) => {
      // A page of the Internet that a lesson shows: Chromium knows how to judge it.
      if (!isDoorHost(hostname)) return answer(ITS_OWN);
      const root = readCertificate(memory.now.root ?? '');
      const chain = chainOf(certificate).flatMap((pem) => readCertificate(pem) ?? []);
      const ours = root && judgeDoor({ host: hostname, chain, root, now: Date.now() }) === 'ours';
      answer(ours ? 0 : REFUSED);
    });
    return undefined;
  };
}

interface Link {
  readonly data: string;
  readonly issuerCert?: Link | undefined;
}
function chainOf(certificate: Link): string[] {
  const chain: string[] = [];
  for (let one: Link | undefined = certificate; one && chain.length < 5; one = one.issuerCert)
    chain.push(one.data);
  return chain;
}
