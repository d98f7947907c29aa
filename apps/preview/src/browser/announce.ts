/** Says a message to who cannot see the page; `clear` first, so that the same message is said again. */
export function announce(message: string): void {
  const announcer = document.getElementById('announcer');
  if (!announcer) return;
  announcer.textContent = '';
  requestAnimationFrame(() => {
    announcer.textContent = message;
  });
}

/** Shows a message at a place that is a live region; an empty one hides it. */
export function say(id: string, message: string): void {
  const place = document.getElementById(id);
  if (!place) return;
  place.textContent = message;
  if (place.classList.contains('notice')) place.hidden = message === '';
}
