/**
 * Lets this origin's page open while its poste is away (`public/sw.js`), and be installed. Not over the plain door, where a
 * browser offers no such thing; what it refuses changes nothing of the lesson.
 */
export function openOffline(): void {
  if ('serviceWorker' in navigator && isSecureContext)
    void navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}
