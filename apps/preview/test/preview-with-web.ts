import { startPreview } from './preview-app.js';
import { startScriptedWeb } from './scripted-web.js';

export const id = '0198c5a0-0000-7000-8000-000000000000';
const times = { createdAt: '2026-11-22T10:20:30.123Z', updatedAt: '2026-11-22T10:20:30.123Z' };
/** A document as web's lists have it. */
export const summary = { id, title: 'A title', revision: 1, ...times };

/** One version of preview in front of a web that answers as a test scripts it. */
export async function startPreviewWithWeb(version: string, settings: Readonly<Record<string, string>> = {}) {
  const web = await startScriptedWeb();
  const preview = await startPreview(version, { WEB_URL: web.url, WEB_TIMEOUT_MS: '1000', POD_NAME: 'p-1', ...settings });
  const page = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${preview.url}${path}`, { redirect: 'manual', ...init });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return {
    script: web.script,
    page,
    /** Sends a form as a browser does that this page has. */
    submit: (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      page(path, { method: 'POST', headers: { origin: preview.url, ...headers }, body: new URLSearchParams(fields) }),
    url: preview.url,
    async close() {
      await preview.close();
      web.stop();
    },
  };
}
