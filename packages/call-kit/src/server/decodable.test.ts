import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { PROTO_FILES, PROTO_LOADING } from '@mesh-platform/contracts/grpc';
import { expect, test } from 'vitest';
import { UNDECODABLE, withUndecodable } from './decodable.js';

const NO_MESSAGE = Buffer.of(0xff);
const definition = loadSync(PROTO_FILES, PROTO_LOADING);
const service = definition['path.v1.Path'] as unknown as { readonly Get: MethodDefinition<object, object> };

test('bytes that are no message become UNDECODABLE, and a message stays one', () => {
  const { Get } = withUndecodable(definition)['path.v1.Path'] as unknown as typeof service;
  expect(Get.requestDeserialize(NO_MESSAGE)).toBe(UNDECODABLE);
  expect(Get.requestDeserialize(Buffer.alloc(0))).toEqual({});
});

test('a method that takes a stream keeps its own deserializer', () => {
  const streaming = { ...service.Get, requestStream: true };
  const { Get } = withUndecodable({ 'path.v1.Path': { Get: streaming } })['path.v1.Path'] as unknown as typeof service;
  expect(() => Get.requestDeserialize(NO_MESSAGE)).toThrow();
});
