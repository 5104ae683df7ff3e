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

describe('the record of the image of a container', () => {
  test('names the image and its digest', () => {
    expect(imageRecord(name, pulled)).toBe(`${name} (digest ${digest})`);
  });

  test('does not repeat the digest if the name contains it', () => {
    expect(imageRecord(`${name}@${digest}`, pulled)).toBe(`${name}@${digest}`);
  });

  test('is only the name if the image came from no registry or does not exist', () => {
    expect(imageRecord(name, built)).toBe(name);
    expect(imageRecord(name, null)).toBe(name);
    expect(digestOf(built)).toBeNull();
  });
});

test('the text for an image shows its id, and its digest if it has one', () => {
  expect(imageText(name, pulled)).toBe(`${name} (id aaaaaaaaaaaa, digest ${digest})`);
  expect(imageText(name, built)).toBe(`${name} (id aaaaaaaaaaaa)`);
  expect(imageText(name, null)).toBe(`${name} (not pulled yet)`);
});
