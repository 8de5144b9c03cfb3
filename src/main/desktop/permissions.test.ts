import { describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ session: {} }));
const { isAllowed } = await import('./permissions');

const page = { isMainFrame: true, requestingUrl: 'preau://app/index.html' };

describe('permissions of the staff page', () => {
  it('allows the camera, and the microphone for a spoken comment, and nothing else that captures', () => {
    expect(isAllowed('media', { ...page, mediaTypes: ['video'] })).toBe(true);
    expect(isAllowed('media', { ...page, mediaType: 'video' })).toBe(true);
    expect(isAllowed('media', { ...page, mediaTypes: ['video', 'audio'] })).toBe(true);
    expect(isAllowed('media', { ...page, mediaTypes: ['video', 'screen'] })).toBe(false);
    expect(isAllowed('media', page)).toBe(false);
  });

  it('refuses what it does not know', () => {
    expect(isAllowed('fullscreen', page)).toBe(true);
    expect(isAllowed('geolocation', page)).toBe(false);
    expect(isAllowed('usb', page)).toBe(false);
  });

  it('refuses other pages and inner frames', () => {
    expect(isAllowed('fullscreen', { ...page, requestingUrl: 'preau://application/' })).toBe(false);
    expect(isAllowed('fullscreen', { ...page, requestingUrl: 'https://example.org/' })).toBe(false);
    expect(isAllowed('fullscreen', { ...page, isMainFrame: false })).toBe(false);
    expect(isAllowed('fullscreen', {})).toBe(false);
  });
});
