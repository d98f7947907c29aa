import { afterAll, beforeAll, it } from 'vitest';
import { instanceName, platform } from '../support/platform.ts';
import { committed, copyOfCheckout } from './support/checkout-copy.ts';
import { follow } from './support/page.ts';

let copy: Awaited<ReturnType<typeof copyOfCheckout>>;
beforeAll(async () => {
  copy = await copyOfCheckout();
  await committed(copy.folder); // its last lines ask git what is left
});
afterAll(async () => {
  await platform(['up', '--instance', instanceName()]); // as the checkout has it again, where the page failed
  await copy?.remove();
});

it('the commands of the tutorial print the output that it shows, from top to bottom', () =>
  follow('docs/tutorial/service-and-canary.md', { folder: copy.folder, platform: `./platform --instance ${instanceName()}` }));
