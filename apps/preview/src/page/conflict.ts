import type { Document } from '@mesh-platform/contracts';
import { bothTexts, compareTexts, type Run } from '../diff/compare-texts.js';
import { type Html, html } from '../html/html.js';
import { editor } from './editor.js';
import { timeOf } from './page-frame.js';

export interface ConflictView {
  theirs: Document;
  mine: { title: string; body: string };
}

/** Theirs next to mine. Saving this form keeps mine, since it names the revision that is shown as theirs. */
export function conflict({ theirs, mine }: ConflictView): Html {
  const runs = compareTexts(theirs.body, mine.body);
  const target = { kind: 'change', id: theirs.id, revision: theirs.revision } as const;
  return html`<section class="conflict" aria-labelledby="conflict-heading">
<h1 id="conflict-heading" tabindex="-1">Another user changed this document while you wrote</h1>
<p>Nothing is lost, and nothing is saved yet. Keep yours as it stands in the form, merge the two
there by hand, or take theirs. Lines that only one of you has are marked.</p>
<div class="sides">
<section class="side theirs" aria-labelledby="theirs-heading">
<h2 id="theirs-heading">Theirs</h2>
<p class="meta">${timeOf(theirs.updatedAt)} · revision ${theirs.revision}</p>
${side('theirs', theirs.title, theirs.title !== mine.title, runs)}
</section>
<section class="side mine" aria-labelledby="mine-heading">
<h2 id="mine-heading">Yours</h2>
<p class="meta">not saved</p>
${side('mine', mine.title, theirs.title !== mine.title, runs)}
</section>
</div>
<h2 class="label">What is saved</h2>
${editor({ ...mine, errors: [], target }, { save: 'Keep mine', others: choices(theirs.id) })}
</section>`;
}

const choices = (
  id: string,
): Html => html`<button class="second" type="submit" name="choice" value="both">Put both texts into the form</button>
<a class="button" href="/d/${id}" data-discard>Take theirs</a>`;

const side = (which: 'theirs' | 'mine', title: string, titleDiffers: boolean, runs: readonly Run[]): Html =>
  html`<p class="title"><bdi>${titleDiffers ? html`<mark>${title}</mark>` : title}</bdi></p>
<pre tabindex="0" aria-label="${which === 'theirs' ? 'Their text' : 'Your text'}" role="group">${runs
    .filter((run) => run.in === 'both' || run.in === which)
    .map(({ in: origin, lines }) => (origin === 'both' ? `${lines.join('\n')}\n` : html`<mark>${lines.join('\n')}</mark>\n`))}</pre>`;

/** A form with every line of both texts, for the user to choose from. */
export const merged = ({ theirs, mine }: ConflictView): { title: string; body: string } => ({
  title: mine.title,
  body: bothTexts(compareTexts(theirs.body, mine.body)),
});
