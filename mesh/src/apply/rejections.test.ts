import { expect, test } from 'vitest';
import { rejectionsIn } from './rejections.ts';

test('reads the last rejection of each proxy from istiod’s sync status', () => {
  const resources = { listener: { sent: '2', acked: '1', lastError: 'no.such.filter\n' }, cluster: { sent: '1', acked: '1' } };
  const answer = [{ proxy: 'web-1.shop', resources }, { proxy: 'back-1.shop', resources: {} }, {}];
  expect(rejectionsIn(JSON.stringify(answer))).toEqual([{ proxy: 'web-1.shop', words: 'no.such.filter' }]);
});
