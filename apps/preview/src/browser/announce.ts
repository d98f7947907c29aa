/** Says a sentence to who cannot see the page; `clear` first, so that the same sentence is said again. */
export function announce(sentence: string): void {
  const announcer = document.getElementById('announcer');
  if (!announcer) return;
  announcer.textContent = '';
  requestAnimationFrame(() => {
    announcer.textContent = sentence;
  });
}

/** Shows a sentence at a place that is a live region; an empty one hides it. */
export function say(id: string, sentence: string): void {
  const place = document.getElementById(id);
  if (!place) return;
  place.textContent = sentence;
  if (place.classList.contains('notice')) place.hidden = sentence === '';
}
