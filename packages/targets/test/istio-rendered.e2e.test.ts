import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { render } from '../scripts/generate.ts';

it('the committed Istio manifests are what istioctl renders', async () => {
  for (const [file, text] of await render()) expect(await readFile(file, 'utf8'), file).toBe(text);
}, 900_000);
