import type { Random } from '../../kernels/random.js';

interface Waiting {
  readonly who: number;
  readonly go: () => void;
}

/**
 * A seeded scheduler for code that runs on memory stores: every `turn(who)` waits until it is drawn among all that wait, so one seed is one
 * interleaving of the runners. Favour changes now and then, so that one runner may get far ahead of another at any point.
 */
export function turns(random: Random): (who: number) => Promise<void> {
  const waiting: Waiting[] = [];
  let favourite = 0;
  const draw = (): void => {
    if (random.integer(0, 15) === 0) favourite = random.integer(0, 2);
    const favoured = random.integer(0, 7) === 0 ? -1 : waiting.findIndex((entry) => entry.who === favourite);
    const [next] = waiting.splice(favoured >= 0 ? favoured : random.integer(0, waiting.length - 1), 1);
    next?.go();
    if (waiting.length > 0) setImmediate(draw);
  };
  return (who) =>
    new Promise((go) => {
      waiting.push({ who, go });
      if (waiting.length === 1) setImmediate(draw);
    });
}
