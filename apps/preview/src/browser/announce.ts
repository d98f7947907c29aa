/** Announces a message to screen readers; clears the region first, so that a repeated message is announced too. */
export function announce(message: string): void {
  const announcer = document.getElementById('announcer');
  if (!announcer) return;
  announcer.textContent = '';
  requestAnimationFrame(() => {
    announcer.textContent = message;
  });
}

/** Shows a message at a place that is a live region; an empty one hides it. */
export function showMessage(id: string, message: string): void {
  const place = document.getElementById(id);
  if (!place) return;
  place.textContent = message;
  if (place.classList.contains('notice')) place.hidden = message === '';
}
