const POLICY = {
  'default-src': `'none'`,
  'style-src': `'self'`,
  'script-src': `'self'`,
  'img-src': `'self'`,
  'font-src': `'self'`,
  'connect-src': `'self'`,
  'form-action': `'self'`,
  'base-uri': `'none'`,
  'frame-ancestors': `'none'`,
};

/** Headers of every answer: only this origin may run, load or frame the page. */
export const SECURITY_HEADERS = {
  'content-security-policy': Object.entries(POLICY)
    .map(([directive, source]) => `${directive} ${source}`)
    .join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin', // under no-referrer browsers send the page's own forms with `Origin: null`
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
