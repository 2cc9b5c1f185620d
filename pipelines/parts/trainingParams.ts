import { choice, integer, number } from '../../engine/index.js';
import { encoderNames, type EncoderName } from '../../models/index.js';

/** What the training recipes let the command line choose of the model and its training. */
export const trainingParams = ({ model, rate, warmup, totalSteps }: { readonly model: EncoderName; readonly rate: number; readonly warmup: number; readonly totalSteps: number }) => ({
  model: choice(encoderNames, model, 'size of the model, by its name in the papers'),
  rate: number(rate, { min: 0 }, 'peak of the learning rate'),
  warmup: integer(warmup, { min: 0 }, 'steps in which the learning rate rises'),
  totalSteps: integer(totalSteps, { min: 1 }, 'steps in which it falls again; more than --warmup'),
});
