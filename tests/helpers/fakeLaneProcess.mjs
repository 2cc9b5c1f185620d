// A lane process in plain JavaScript, for processPool.test.ts: what it does with a lane stands in the name of the lane's shard.
process.on('disconnect', () => process.exit(0));
let init;
let stopped = () => {};
process.on('message', (message) => {
  if (message.type === 'init') init = message.init;
  else if (message.type === 'stop') stopped();
  else {
    const { extent } = message;
    const done = () => process.send({ type: 'done', result: { receipt: { lane: extent.index, pid: process.pid, rank: process.env.RANK ?? null, seed: init.seed, argv: process.execArgv }, peakInFlightBytes: 1 } });
    if (extent.shard === 'die') process.kill(process.pid, 'SIGKILL');
    else if (extent.shard === 'exit') process.exit(7);
    else if (extent.shard === 'fail') {
      const cause = { name: 'StoreError', message: 'timed out', code: 'transient', stack: 'StoreError: timed out\n    at somewhere' };
      process.send({ type: 'failed', error: { name: 'StageError', message: 'readTar: timed out', stage: 'readTar', cause } });
    } else if (extent.shard === 'budget') process.send({ type: 'failed', error: { name: 'BudgetError', message: 'too many' } });
    else if (extent.shard === 'wait') stopped = () => process.send({ type: 'failed', error: { name: 'StoppedError', message: 'the run was stopped' } });
    else {
      process.send({ type: 'meter', meter: { stages: {}, tallies: { lane: { [extent.index]: 1 } } }, rssBytes: 1000 + extent.index });
      setTimeout(done, 20);
    }
  }
});
