import { enhanceDeletions, resumeDeletions } from './deletions.js';
import { enhanceEditor, saveByKeyboard } from './editor.js';
import { enhancePath } from './request-path.js';
import { onNewMain } from './submit.js';

function enhanceMain(origin: 'page' | 'answer'): void {
  enhanceEditor(origin);
  enhanceDeletions();
  enhancePath();
}

onNewMain(() => enhanceMain('answer'));
saveByKeyboard();
enhanceMain('page');
resumeDeletions();
