import { describe, expect, test } from 'vitest';
import { digestOf, imageRecord, imageText } from '../../src/containers/image.ts';

const name = 'postgrest/postgrest:v14.17';
const digest = `sha256:${'b'.repeat(64)}`;
const pulled = {
  id: `sha256:${'a'.repeat(64)}`,
  digests: [`postgrest/postgrest@${digest}`],
  major: null,
  data: null,
};
const built = { ...pulled, digests: [] };

describe('the image of a container is recorded', () => {
  test('with the digest that pins it', () => {
    expect(imageRecord(name, pulled)).toBe(`${name} (digest ${digest})`);
  });

  test('once, if its name has the digest', () => {
    expect(imageRecord(`${name}@${digest}`, pulled)).toBe(`${name}@${digest}`);
  });

  test('by its name, if it was in no registry or was removed since', () => {
    expect(imageRecord(name, built)).toBe(name);
    expect(imageRecord(name, null)).toBe(name);
    expect(digestOf(built)).toBeNull();
  });
});

test('the image of a restart is shown with its id, and with its digest if it has one', () => {
  expect(imageText(name, pulled)).toBe(`${name} (id aaaaaaaaaaaa, digest ${digest})`);
  expect(imageText(name, built)).toBe(`${name} (id aaaaaaaaaaaa)`);
  expect(imageText(name, null)).toBe(`${name} (not pulled yet)`);
});
