import test from 'ava';
import { Gauge, StageGauge } from '../../engine/gauge.js';
import { settled } from '../helpers/marbles.js';

test('a lane of which nothing is busy may always pull, whatever the others hold', (t) => {
  const gauge = new Gauge(10);
  const full = gauge.lane(0);
  const starving = gauge.lane(0);
  full.hold(1_000_000);
  full.setBusy(0, 1);
  t.false(full.mayPull());
  t.true(starving.mayPull());
  starving.setBusy(0, 1);
  t.false(starving.mayPull());
  starving.setBusy(0, -1);
  t.true(starving.mayPull());
});

test('a busy lane pulls while it stays under its floor, even when the budget is spent', (t) => {
  const gauge = new Gauge(200);
  const other = gauge.lane(100);
  const lane = gauge.lane(100);
  other.hold(500);
  lane.setBusy(0, 1);
  lane.sawElement(40);
  lane.hold(60);
  t.true(lane.mayPull(), '60 + 40 fit into the floor');
  lane.hold(1);
  t.false(lane.mayPull());
});

test('the surplus over the floors is shared: who comes first may have it', (t) => {
  const gauge = new Gauge(300);
  const [a, b] = [gauge.lane(100), gauge.lane(100)];
  for (const lane of [a, b]) {
    lane.setBusy(0, 1);
    lane.sawElement(50);
  }
  a.hold(150);
  t.true(a.mayPull(), '150 + 50 + the floor of b = 300');
  a.hold(50);
  t.false(a.mayPull());
  b.hold(50);
  t.true(b.mayPull(), 'still within its own floor');
  b.hold(50);
  t.false(b.mayPull());
  a.release(50);
  t.true(b.mayPull(), 'what a gave back');
});

test('the size of the next element is taken to be the largest seen, and at least one byte', (t) => {
  const gauge = new Gauge(100);
  const lane = gauge.lane(0);
  lane.setBusy(0, 1);
  lane.hold(100);
  t.false(lane.mayPull());
  lane.release(1);
  t.true(lane.mayPull());
  lane.sawElement(30);
  lane.sawElement(20);
  lane.release(28);
  t.false(lane.mayPull(), '71 + 30');
  lane.release(1);
  t.true(lane.mayPull());
});

test('a pull under way is reserved until it arrives', (t) => {
  const gauge = new Gauge(100);
  const [a, b] = [gauge.lane(0), gauge.lane(0)];
  for (const lane of [a, b]) {
    lane.setBusy(0, 1);
    lane.sawElement(60);
  }
  t.true(b.mayPull());
  const arrived = a.reserve();
  t.false(b.mayPull(), 'both would pass the budget together');
  t.is(gauge.held, 0, 'a reservation is not held');
  arrived();
  t.true(b.mayPull());
});

test('peak is the most that was held, and everything comes back to zero', (t) => {
  const gauge = new Gauge(1000);
  const lane = gauge.lane(10);
  lane.hold(300);
  lane.hold(200);
  lane.release(400);
  lane.hold(50);
  t.is(gauge.held, 150);
  t.is(lane.held, 150);
  lane.release(150);
  t.deepEqual([gauge.held, gauge.peak], [0, 500]);
  t.true(gauge.admits(990));
  t.false(gauge.admits(991), 'the floor stays committed');
});

test('a stage may start when the run is open, or when nothing after it is on its way', (t) => {
  const gauge = new Gauge(100);
  const lane = gauge.lane(0);
  const [first, second, third] = [0, 1, 2].map((stage) => new StageGauge(lane, stage)) as [StageGauge, StageGauge, StageGauge];
  second.busy(1);
  t.true(first.mayStart(), 'open');
  second.hold(100);
  t.false(first.open);
  t.false(first.mayStart());
  t.true(second.mayStart(), 'only itself is busy');
  t.true(third.mayStart());
  third.busy(1);
  t.false(second.mayStart());
  const other = new StageGauge(gauge.lane(0), 0);
  t.true(other.mayStart(), 'another lane does not matter');
});

test('waiters hear of releases and of an end of being busy, once, and not of holds', async (t) => {
  const gauge = new Gauge(100);
  const lane = gauge.lane(0);
  let heard = 0;
  const listen = (): void => void gauge.changed().then(() => (heard += 1));
  listen();
  lane.hold(10);
  lane.setBusy(0, 1);
  await settled();
  t.is(heard, 0);
  lane.release(1);
  lane.release(1);
  await settled();
  t.is(heard, 1);
  listen();
  lane.setBusy(0, -1);
  await settled();
  t.is(heard, 2);
});
