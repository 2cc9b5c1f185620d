import { SampleFault } from '../../engine/index.js';

/** A class number as WebDataset writes it. @throws SampleFault `class-invalid` for what is no whole number below `classes` */
export function classOf(text: string, classes: number): number {
  const label = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (!(label < classes)) throw new SampleFault('class-invalid', `the class ${JSON.stringify(text.slice(0, 40))} is no whole number from 0 to ${classes - 1}`);
  return label;
}
