import { ApiException } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { apiFailure } from './api-failure.ts';
import { PlatformError } from './platform-error.ts';

const refusal = (code: number, message: string) => new ApiException(code, '', JSON.stringify({ message }), {});
const failed = (code: string, message: string) => new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });

test.each<[string, unknown, string, string]>([
  [
    'no process listens',
    failed('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:6443'),
    'the API server does not answer: connect ECONNREFUSED',
    'kubeconfig',
  ],
  ['the name is unknown', failed('ENOTFOUND', 'getaddrinfo ENOTFOUND eks'), 'the API server does not answer: getaddrinfo', 'kubeconfig'],
  [
    'its certificate is another one',
    failed('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'),
    'does not answer: self-signed',
    'kubeconfig',
  ],
  [
    'no connection comes about in time',
    failed('UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error (attempted address: 127.0.0.1:6443, timeout: 10000ms)'),
    'the API server does not answer: Connect Timeout Error',
    'kubeconfig',
  ],
  [
    'the time is over',
    AbortSignal.abort(new DOMException('timeout', 'TimeoutError')).reason,
    'the API server does not answer',
    'kubeconfig',
  ],
  ['the token is old', refusal(401, 'Unauthorized'), 'apply it: the API server does not know who asks', 'credentials'],
  ['a right is missing', refusal(403, 'User "a" cannot list resource "pods"'), 'apply it: not permitted: User "a" cannot list', 'role'],
  ['a web socket is refused', new Error('Unexpected server response: 403'), 'not permitted', 'role'],
  ['admission refuses the pod', refusal(403, 'violates PodSecurity "restricted"'), 'apply it: violates PodSecurity', 'fix it'],
  ['a field is unknown', refusal(500, '.spec.banana: field not declared in schema'), 'apply it: .spec.banana', 'another Istio release'],
  [
    'it answers too late',
    refusal(504, 'Timeout: request did not complete within requested timeout'),
    'apply it: the API server is too slow or too busy: Timeout',
    'PLATFORM_TIMEOUT_FACTOR',
  ],
  [
    'etcd is slow',
    refusal(500, 'etcdserver: request timed out'),
    'the API server is too slow or too busy: etcdserver',
    'PLATFORM_TIMEOUT_FACTOR',
  ],
  ['the object is wrong', refusal(422, 'spec.host: Required value'), 'apply it: spec.host: Required value', 'fix it'],
])('where %s, reports it with a hint', (_words, error, message, hint) => {
  const failure = apiFailure('apply it', error, 'fix it');
  expect(failure).toBeInstanceOf(PlatformError);
  expect(failure.message).toContain(message);
  expect(failure.hint).toContain(hint);
  expect(failure.cause).toBe(error);
});

test('a message that was found already stays as it is', () => {
  const known = new PlatformError('known', 'hint');
  expect(apiFailure('apply it', known)).toBe(known);
});
