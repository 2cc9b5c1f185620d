import test from 'ava';
import * as fc from 'fast-check';
import golden from '../../golden/owl/curated_label_space.json' with { type: 'json' };
import { curatedLabelSpace } from '../../../kernels/labels/curatedLabelSpace.js';

golden.cases.forEach((example, i) => {
  test(`golden ${i}`, (t) => t.deepEqual(curatedLabelSpace(example.in), example.out));
});

test('drops are judged against the full union', (t) => {
  t.deepEqual(curatedLabelSpace([['a', 'as', 'ass']]), ['a']);
  t.deepEqual(curatedLabelSpace([['bus'], ['buses', 'boxes']]), ['boxes', 'bus']);
  t.deepEqual(curatedLabelSpace([]), []);
});

const lists = fc.array(fc.array(fc.stringMatching(/^[a-cA-C]{1,2}(s|es)?$/)));

test('sorted, unique, and neither the order of lists nor repeats matter', (t) => {
  fc.assert(fc.property(lists, (input) => {
    const names = curatedLabelSpace(input);
    t.deepEqual(names, [...new Set(names)].toSorted());
    t.deepEqual(curatedLabelSpace([...input.toReversed(), ...input]), names);
    const all = new Set(input.flat().map((name) => name.toLowerCase()));
    t.true(names.every((name) => all.has(name)));
    // Each name left out is a plural of a name of the union.
    for (const name of all) {
      const plural = (name.endsWith('s') && all.has(name.slice(0, -1))) || (name.endsWith('es') && all.has(name.slice(0, -2)));
      t.is(names.includes(name), !plural, name);
    }
  }));
});
