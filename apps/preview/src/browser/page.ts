import { enhanceDeletions, resumeDeletions } from './deletions.js';
import { storageWorks } from './drafts.js';
import { enhanceEditor, saveByKeyboard } from './editor.js';
import { enhancePath } from './request-path.js';
import { onNewMain } from './submit.js';

function enhanceMain(origin: 'page' | 'answer'): void {
  enhanceEditor(origin);
  if (storageWorks) enhanceDeletions();
  enhancePath();
}

onNewMain(() => enhanceMain('answer'));
saveByKeyboard();
enhanceMain('page');
if (storageWorks) resumeDeletions();
// A page that the browser had put aside shows what was true when it was left.
addEventListener('pageshow', (event) => event.persisted && location.reload());
