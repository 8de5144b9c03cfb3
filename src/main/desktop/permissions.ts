import { desktopCapturer, session } from 'electron';
import { isStaffPage, STAFF_PARTITION } from './staff-origin';

// The camera scans labels; the microphone says a word on a pupil's work, when its button is pressed; the projector view fills the
// screen; lists are copied; the teacher's screen goes to the class. Everything else is refused.
const ALLOWED = new Set(['fullscreen', 'clipboard-sanitized-write', 'display-capture']);

interface Details {
  readonly isMainFrame?: boolean;
  readonly requestingUrl?: string;
  readonly mediaTypes?: readonly string[];
  readonly mediaType?: string;
}

/** @returns whether the staff page may use that permission of the browser (CARMO #9.16: spoken comments) */
export function isAllowed(permission: string, details: Details): boolean {
  if (details.isMainFrame === false || !isStaffPage(details.requestingUrl ?? '')) return false;
  if (permission !== 'media') return ALLOWED.has(permission);
  const types = details.mediaTypes ?? (details.mediaType ? [details.mediaType] : []);
  return types.length > 0 && types.every((type) => type === 'video' || type === 'audio');
}

/** Without handlers, Electron grants everything. */
export function permissions() {
  return (): undefined => {
    const staff = session.fromPartition(STAFF_PARTITION);
    staff.setPermissionRequestHandler((_contents, permission, answer, details) =>
      answer(isAllowed(permission, details)),
    );
    staff.setPermissionCheckHandler((_contents, permission, _origin, details) =>
      isAllowed(permission, details),
    );
    // The system's own picker where there is one (macOS 15); elsewhere the screen itself.
    staff.setDisplayMediaRequestHandler(
      (_request, answer) => {
        desktopCapturer.getSources({ types: ['screen'] }).then(
          ([screen]) => answer(screen ? { video: screen } : {}),
          () => answer({}),
        );
      },
      { useSystemPicker: true },
    );
    return undefined;
  };
}
