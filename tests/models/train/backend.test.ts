import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { openBackend } from '../../../models/train/backend.js';
import { isMissing, loadPackage } from '../../../models/train/loadPackage.js';
import { onEach } from '../../helpers/backends.js';

test.serial('cpu and wasm: a product, read without blocking; closed, nothing is left', async (t) => {
  await onEach(['cpu', 'wasm'], async ({ name, tf, device, software, check }) => {
    t.is(tf.getBackend(), name);
    t.true(device.length > 0);
    t.false(software);
    const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])));
    t.deepEqual([...(await product.data())], [11]);
    check();
    product.dispose();
    t.is(tf.memory().numTensors, 0);
  });
});

test('a package that is not there: a usage error with the command that installs it', async (t) => {
  const error = await t.throwsAsync(loadPackage('no-such-package-at-all', 'the wasm backend', ['no-such-package-at-all@4']), { instanceOf: UsageError });
  t.is(error?.message, 'the wasm backend needs the package no-such-package-at-all, which is not installed: npm install no-such-package-at-all@4');
  t.true(isMissing(error?.cause, 'no-such-package-at-all'));
  t.false(isMissing(error?.cause, 'another'), 'something that the package itself asks for is another error');
});

test.serial('tensorflow is not a dependency: asked for by name', async (t) => {
  await t.throwsAsync(openBackend('tensorflow'), { instanceOf: UsageError, message: /tfjs-node.*npm install @tensorflow\/tfjs-node/ });
});
