import type { DistortionName } from './distort.js';

/** A distortion, how often it is done (0 to 1), and its magnitude (0 to 10). */
export type AutoAugmentStep = readonly [op: DistortionName, probability: number, magnitude: number];

/** Sub-policies, of which each picture gets one: the steps that are done one after the other. */
export type AutoAugmentPolicy = readonly (readonly AutoAugmentStep[])[];

/** The 25 sub-policies "v0" that the EfficientNet and big_vision code holds for ImageNet (AutoAugment, arXiv 1805.09501; specs/vision-language.md 1.3). */
export const autoAugmentV0: AutoAugmentPolicy = [
  [['Equalize', 0.8, 1], ['ShearY', 0.8, 4]],
  [['Color', 0.4, 9], ['Equalize', 0.6, 3]],
  [['Color', 0.4, 1], ['Rotate', 0.6, 8]],
  [['Solarize', 0.8, 3], ['Equalize', 0.4, 7]],
  [['Solarize', 0.4, 2], ['Solarize', 0.6, 2]],
  [['Color', 0.2, 0], ['Equalize', 0.8, 8]],
  [['Equalize', 0.4, 8], ['SolarizeAdd', 0.8, 3]],
  [['ShearX', 0.2, 9], ['Rotate', 0.6, 8]],
  [['Color', 0.6, 1], ['Equalize', 1, 2]],
  [['Invert', 0.4, 9], ['Rotate', 0.6, 0]],
  [['Equalize', 1, 9], ['ShearY', 0.6, 3]],
  [['Color', 0.4, 7], ['Equalize', 0.6, 0]],
  [['Posterize', 0.4, 6], ['AutoContrast', 0.4, 7]],
  [['Solarize', 0.6, 8], ['Color', 0.6, 9]],
  [['Solarize', 0.2, 4], ['Rotate', 0.8, 9]],
  [['Rotate', 1, 7], ['TranslateY', 0.8, 9]],
  [['ShearX', 0, 0], ['Solarize', 0.8, 4]],
  [['ShearY', 0.8, 0], ['Color', 0.6, 4]],
  [['Color', 1, 0], ['Rotate', 0.6, 2]],
  [['Equalize', 0.8, 4], ['Equalize', 0, 8]],
  [['Equalize', 1, 4], ['AutoContrast', 0.6, 2]],
  [['ShearY', 0.4, 7], ['SolarizeAdd', 0.6, 7]],
  [['Posterize', 0.8, 2], ['Solarize', 0.6, 10]],
  [['Solarize', 0.6, 8], ['Equalize', 0.6, 1]],
  [['Color', 0.8, 6], ['Rotate', 0.4, 5]],
];
