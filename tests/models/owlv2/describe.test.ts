import test from 'ava';
import { ModelError } from '../../../models/modelError.js';
import { owlv2Config } from '../../../models/owlv2/config.js';
import { describeOwlv2, owlv2Cost } from '../../../models/owlv2/describe.js';
import { splitFolder } from './tiny.js';

test('a merged base model pays about 2.5 TFLOP of text a picture', (t) => {
  const cost = owlv2Cost(owlv2Config({ model_type: 'owlv2' }, 'here'), { queries: 300, templates: 7, imageSize: 960 });
  t.true(Math.abs(cost.perText * 2100 - 2.55e12) < 0.02e12);
  t.true(Math.abs(cost.split - 1.11e12) < 0.01e12);
  t.true(cost.merged > cost.split + 2100 * cost.perText);
  t.is(cost.perPicture, cost.split);
});

test('one line for doctor', async (t) => {
  t.regex(await describeOwlv2(splitFolder), /^300 queries x 7 templates: a merged graph costs 7\.\d+ GFLOP a picture, split with cached texts 267 MFLOP \(2\d\.\d times less\)/);
  await t.throwsAsync(describeOwlv2('no/such/folder'), { instanceOf: ModelError, message: /no\/such\/folder is not a folder/ });
});

test('the configuration: defaults of the class, and what is refused', (t) => {
  t.deepEqual(owlv2Config({ model_type: 'owlvit', text_config: { hidden_size: 64 } }, 'here').text, { width: 64, mlpWidth: 2048, layers: 12, contextLength: 16 });
  t.throws(() => owlv2Config({ model_type: 'clip' }, 'here'), { instanceOf: ModelError, message: /in here is of a model of type "clip"; expected "owlv2"/ });
  t.throws(() => owlv2Config({ model_type: 'owlv2', projection_dim: -1 }, 'here'), { message: /projection_dim must be a positive integer, got -1/ });
});
