type Child = Node | string | undefined | false;

/** An element with attributes and listeners (functions); children that are undefined or false are left out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  set(element, attributes);
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** The same for SVG. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  set(element, attributes);
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

function set(
  element: Element,
  attributes: Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
}

/** A listener for a form that sends nothing by itself: it does the work in its place. */
export const instead =
  (work: () => void) =>
  (event: Event): void => {
    event.preventDefault();
    work();
  };

/** The element of the page with this id. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found as Kind;
}

/** The elements within `parent` by their value of an attribute: one walk, however many there are. */
export const byAttribute = (parent: Element, attribute: string): ReadonlyMap<string, Element> =>
  new Map(Array.from(parent.querySelectorAll(`[${attribute}]`), (element) => [element.getAttribute(attribute) ?? '', element]));

/** Changes a text only where it differs, so that a screen reader and a selection stay where they are. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Replaces what an element contains, unless the data that it was made from is the same as before. */
export function refill(element: Element, data: unknown, make: () => readonly Child[]): void {
  const key = JSON.stringify(data);
  if (filledWith.get(element) === key) return;
  filledWith.set(element, key);
  const focused =
    document.activeElement instanceof HTMLElement && element.contains(document.activeElement)
      ? document.activeElement.dataset.key
      : undefined;
  element.replaceChildren(...make().filter((child) => child !== undefined && child !== false));
  if (focused) element.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

const filledWith = new WeakMap<Element, string>();
