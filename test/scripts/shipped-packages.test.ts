import { expect, test } from 'vitest';
import { packagesOf, shippedPackages } from '../../scripts/shipped-packages.ts';

const component = (ref: string) => ({ 'bom-ref': ref, type: 'library' });
const all = {
  bomFormat: 'CycloneDX',
  components: ['installed@1.0.0', 'bundled@2.0.0', 'only-for-tests@3.0.0'].map(component),
  dependencies: [
    { ref: 'program@0.1.0', dependsOn: ['installed@1.0.0', 'bundled@2.0.0', 'only-for-tests@3.0.0'] },
    { ref: 'bundled@2.0.0', dependsOn: ['only-for-tests@3.0.0'] },
    { ref: 'only-for-tests@3.0.0', dependsOn: [] },
  ],
};
const installed = { components: [component('installed@1.0.0')], dependencies: [] };

test('the bill of materials lists exactly the installed and the bundled packages', () => {
  expect(shippedPackages(all, installed, ['bundled@2.0.0'])).toEqual({
    bomFormat: 'CycloneDX',
    components: ['installed@1.0.0', 'bundled@2.0.0'].map(component),
    dependencies: [
      { ref: 'program@0.1.0', dependsOn: ['installed@1.0.0', 'bundled@2.0.0'] },
      { ref: 'bundled@2.0.0', dependsOn: [] },
    ],
  });
});

test('a bundled package that npm does not list is an error', () => {
  expect(() => shippedPackages(all, installed, ['stranger@1.0.0'])).toThrow('stranger@1.0.0');
});

test('the packages of a bundle are found by its files', () => {
  const inputs = ['src/run.ts', 'node_modules/zod/v4/index.js', 'node_modules/zod/index.js'];
  expect(packagesOf(inputs)).toEqual([expect.stringMatching(/^zod@\d+\.\d+\.\d+$/)]);
});
