// The one Chromium behind all windows, and which of its pages belongs to which window.
import { chromiumOptions } from './app.mjs';
import { launchChromium } from './chromium.mjs';
import { startSchemeServer } from './scheme-server.mjs';

let starting;
/** Pages that were attached and not yet claimed by a window, by target id. */
const unclaimed = new Map();
const owners = new Map();
/** What the openers answered about the pages they open, by target id of the opener, in order. */
const judged = new Map();
let creating = Promise.resolve();
let firstPage = () => undefined;

/** Starts Chromium once. Asked for by the first window, or beforehand by a test driver, which connects to it first. */
export function startBrowser() {
  starting ??= (async () => {
    const { rule, blankUrl } = await startSchemeServer();
    const chromium = launchChromium({ ...chromiumOptions(), resolverRules: [rule], appUrl: blankUrl });
    const { root } = chromium.devTools;
    const firstAttached = new Promise((resolve) => (firstPage = resolve));
    root.on('Target.attachedToTarget', (event) =>
      attached(event).catch((error) => console.error(String(error))),
    );
    root.on('Target.detachedFromTarget', ({ targetId }) => owners.get(targetId)?.gone());
    chromium.exited.then(() => [...owners.values()].forEach((owner) => owner.gone()));
    await root.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [{ type: 'page' }, { exclude: true }],
    });
    // In a real window system the first window was opened with Chromium itself, without an address bar (--app).
    return { ...chromium, opened: chromium.headed ? await firstAttached : undefined };
  })();
  return starting;
}

/** Opens a page for a window; `owner.gone` is called when it has gone, whoever closed it. */
export async function openPage({ width, height }, owner) {
  const chromium = await startBrowser();
  const turn = creating.then(async () => {
    const adopted = chromium.opened;
    chromium.opened = undefined;
    const { root } = chromium.devTools;
    const targetId =
      adopted ??
      (await root.send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height }))
        .targetId;
    owners.set(targetId, owner);
    return targetId;
  });
  creating = turn.catch(() => undefined);
  const targetId = await turn;
  await sizeViewport(chromium, targetId, width, height);
  return { devTools: chromium.devTools, targetId, sessionId: unclaimed.get(targetId) };
}

export async function stopBrowser() {
  if (!starting) return;
  const chromium = await starting.catch(() => undefined);
  if (!chromium) return;
  chromium.devTools.root.send('Browser.close').catch(() => undefined);
  await chromium.exited;
}

/** @param {'normal' | 'fullscreen' | 'maximized'} windowState */
export async function setWindowState(targetId, windowState) {
  const { devTools } = await startBrowser();
  const { windowId } = await devTools.root.send('Browser.getWindowForTarget', { targetId });
  await devTools.root.send('Browser.setWindowBounds', { windowId, bounds: { windowState } });
}

/** A window's handler has answered: `options` of the page it may open, or none where it may not. */
export function judgePopup(openerId, options) {
  answersOf(openerId).given(options);
}

function answersOf(openerId) {
  const known = judged.get(openerId);
  if (known) return known;
  const waiting = [];
  const answers = [];
  const made = {
    given: (options) => (waiting.length > 0 ? waiting.shift()(options) : answers.push(options)),
    next: () =>
      answers.length > 0 ? Promise.resolve(answers.shift()) : new Promise((done) => waiting.push(done)),
  };
  judged.set(openerId, made);
  return made;
}

async function attached({ sessionId, targetInfo }) {
  const { targetId } = targetInfo;
  unclaimed.set(targetId, sessionId);
  firstPage(targetId);
  const chromium = await starting;
  await creating;
  if (owners.has(targetId) || chromium.opened === targetId) return;
  // Not ours: some page opened it (its webContents has heard of it). It is paused, and its opener with it, whose thread
  // waits for it: none of its requests leaves, it is let go (by a test driver too, hence the question), then closed,
  // unless its opener may have it: it stays empty then, for its requests go on being refused.
  const { devTools } = chromium;
  const popup = devTools.session(sessionId);
  await popup.send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Request' }] });
  popup.on('Fetch.requestPaused', ({ requestId }) =>
    popup.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(() => undefined),
  );
  await popup.send('Runtime.runIfWaitingForDebugger');
  const answer = targetInfo.openerId ? await answersOf(targetInfo.openerId).next() : undefined;
  if (answer) {
    owners.set(targetId, { gone: () => owners.delete(targetId) });
    await sizeViewport(chromium, targetId, answer.width ?? 1280, answer.height ?? 720);
    return;
  }
  await popup.send('Runtime.evaluate', { expression: '0' });
  await devTools.root.send('Target.closeTarget', { targetId });
}

// Headless Chromium counts an invisible tab strip in a window's height: the page would be 87 px too short.
async function sizeViewport({ devTools, headed }, targetId, width, height) {
  if (headed) return;
  const { windowId } = await devTools.root.send('Browser.getWindowForTarget', { targetId });
  await devTools.root.send('Browser.setContentsSize', { windowId, width, height });
}
