import { averagePrecision } from '../kernels/averagePrecision.js';
import { matchBoxes } from '../kernels/matchBoxes.js';
import type { Random } from '../kernels/random.js';
import { shapes } from '../kernels/shapesWorld/index.js';

/** The classes whose boxes the teacher's training labels all have; the other three are rare and half unlabelled (SHAPES_WORLD.md, section 8). */
const RARE: readonly string[] = ['heart', 'arrow', 'crescent'];

/** An exact box of a picture. */
export interface TrueBox {
  readonly shape: string;
  readonly box: readonly number[];
}

/** A box that was found, for one class. */
export interface FoundBox {
  readonly shape: string;
  readonly box: readonly number[];
  readonly score: number;
}

export interface ShapesScore {
  /** AP50 per shape; undefined where there is no such object. */
  readonly perShape: ReadonlyMap<string, { readonly objects: number; readonly ap: number | undefined }>;
  readonly common: number;
  readonly all: number;
}

/** AP50 of found boxes against exact ones, as the teacher's EVAL.md measures it. A picture without found boxes still counts its objects. */
export function scoreShapes(truth: ReadonlyMap<string, readonly TrueBox[]>, found: ReadonlyMap<string, readonly FoundBox[]>): ShapesScore {
  const perShape = new Map(
    shapes.map(({ name }: { readonly name: string }) => {
      const scores: number[] = [];
      const hits: number[] = [];
      let objects = 0;
      for (const [key, boxes] of truth) {
        const truths = boxes.filter((entry) => entry.shape === name).flatMap((entry) => [...entry.box]);
        objects += truths.length / 4;
        const detections = (found.get(key) ?? []).filter((entry) => entry.shape === name);
        scores.push(...detections.map((entry) => entry.score));
        hits.push(...matchBoxes(detections.flatMap((entry) => [...entry.box]), detections.map((entry) => entry.score), truths));
      }
      return [name, { objects, ap: averagePrecision(scores, hits, objects) }] as const;
    }),
  );
  const mean = (names: readonly string[]): number => {
    const values = names.flatMap((name) => perShape.get(name)?.ap ?? []);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const names = [...perShape.keys()];
  return { perShape, common: mean(names.filter((name) => !RARE.includes(name))), all: mean(names) };
}

/** The control: the same boxes and scores, their classes dealt anew among all boxes of all pictures. */
export function shuffleLabels(found: ReadonlyMap<string, readonly FoundBox[]>, random: Random): Map<string, FoundBox[]> {
  const labels = random.shuffle([...found.values()].flat().map((entry) => entry.shape));
  let at = 0;
  return new Map([...found].map(([key, boxes]) => [key, boxes.map((entry) => ({ ...entry, shape: labels[at++] as string }))]));
}

/** The table that the demo prints. */
export function shapesTable(labels: ShapesScore, teacher: ShapesScore, control: ShapesScore): string[] {
  const cell = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(3)).padStart(8);
  const row = (name: string, objects: string, of: (score: ShapesScore) => number | undefined): string =>
    `  ${name.padEnd(18)}${objects.padStart(8)}${cell(of(labels))}${cell(of(teacher))}${cell(of(control))}`;
  return [
    `  ${'shape'.padEnd(18)}${'objects'.padStart(8)}${'labels'.padStart(8)}${'teacher'.padStart(8)}${'control'.padStart(8)}`,
    ...[...labels.perShape].map(([name, { objects }]) => row(name, String(objects), (score) => score.perShape.get(name)?.ap)),
    row('mean of 9 common', '', (score) => score.common),
    row('mean of all 12', '', (score) => score.all),
  ];
}
