import { expect, it } from 'vitest';
import type { ServiceRoute } from '../../../node-core/services/schema.ts';
import { passedBy, requestOf } from './request-of.ts';

const parameter = (name: string, where: 'path' | 'query' | 'body', type: string, required = true) => ({
  name,
  in: where,
  type,
  required,
  schema: {},
});
const route = (method: string, path: string, parameters: ServiceRoute['parameters']): ServiceRoute => ({
  method,
  path,
  parameters,
  func: 'f',
  result: 'JSON',
  roles: [],
  public: false,
  writes: false,
});

it('puts what is typed where the route reads it', () => {
  const get = route('GET', '/users/{id}', [
    parameter('id', 'path', 'String'),
    parameter('most', 'query', 'Int?', false),
  ]);
  expect(requestOf(get, { id: 'a/b', most: '3' })).toEqual({ request: { method: 'GET', path: '/users/a%2Fb?most=3' } });
  expect(requestOf(get, { id: '7' })).toEqual({ request: { method: 'GET', path: '/users/7' } });
  const post = route('POST', '/users', [parameter('name', 'body', 'String'), parameter('age', 'body', 'Int?', false)]);
  expect(requestOf(post, { name: '41', age: '41' })).toEqual({
    request: { method: 'POST', path: '/users', body: '{"name":"41","age":41}' },
  });
  expect(requestOf(post, { age: '9223372036854775807' })).toMatchObject({
    request: { body: '{"name":"","age":"9223372036854775807"}' },
  });
});

it('says what is missing or is no value', () => {
  const post = route('POST', '/u/{id}', [parameter('id', 'path', 'String'), parameter('tags', 'body', 'List<String>')]);
  expect(requestOf(post, { tags: '[]' }).wrong).toBe('id needs a value.');
  expect(requestOf(post, { id: '1', tags: '[' }).wrong).toBe('tags: List<String> is written as JSON.');
});

it('lets a minute pass in which nobody asked', () => {
  expect(passedBy([1, 2, 3], 0)).toEqual([1, 2, 3]);
  expect(passedBy([1, 2, 3], 2)).toEqual([3, 0, 0]);
  expect(passedBy([1, 2, 3], 9)).toEqual([0, 0, 0]);
});
