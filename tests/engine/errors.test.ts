import test from 'ava';
import { BudgetError, findCause, FingerprintError, messageOf, StageError, UsageError } from '../../engine/errors.js';

test('a StageError says stage and place, and keeps the cause', (t) => {
  const cause = new Error('boom');
  t.is(new StageError('decode', 'a.tar#1 (key x)', cause).message, 'decode at a.tar#1 (key x): boom');
  t.is(new StageError('decode', undefined, 'text').message, 'decode: text');
  t.is(new StageError('decode', undefined, cause).cause, cause);
  t.is(new StageError('decode', undefined, cause).stage, 'decode');
});

const isBudget = (error: unknown): error is BudgetError => error instanceof BudgetError;

test('findCause looks along the causes, and not for ever', (t) => {
  const budget = new BudgetError('too many');
  t.is(findCause(new StageError('a', undefined, new Error('b', { cause: budget })), isBudget), budget);
  t.is(findCause(new Error('none'), isBudget), undefined);
  const round = new Error('round') as Error & { cause?: unknown };
  round.cause = round;
  t.is(findCause(round, isBudget), undefined);
});

test('a fingerprint that differs is for the user to mend', (t) => {
  t.true(new FingerprintError('x') instanceof UsageError);
  t.is(new FingerprintError('x').name, 'FingerprintError');
  t.is(messageOf('text'), 'text');
});
