const path = document.getElementById('path');
const template = document.getElementById('hop');
const again = document.getElementById('again');

if (path && template && again) {
  again.hidden = false;
  again.addEventListener('click', refresh);
}

async function refresh() {
  again.disabled = true;
  try {
    const response = await fetch('/api/path');
    if (!response.ok) throw new Error(String(response.status));
    const { hops } = await response.json();
    path.replaceChildren(...hops.map(boxOf));
  } catch {
    const item = document.createElement('li');
    item.textContent = 'The path cannot be shown now.';
    path.replaceChildren(item);
  } finally {
    again.disabled = false;
  }
}

function boxOf(hop) {
  const box = template.content.cloneNode(true);
  for (const field of box.querySelectorAll('[data-hop]')) {
    field.textContent = hop[field.dataset.hop] ?? 'not verified: no sidecar';
  }
  return box;
}
