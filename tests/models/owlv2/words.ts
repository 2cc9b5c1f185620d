/** Class names of shapes world, in the order of its annotations. */
export const SHAPES = ['circle', 'square', 'triangle', 'star', 'ring', 'cross', 'hexagon', 'ellipse', 'diamond', 'heart', 'arrow', 'crescent'];

/** CLIP's seven best templates (specs/detection.md 1.3). */
export const TEMPLATES = [
  'itap of a {}.', 'a bad photo of the {}.', 'a origami {}.', 'a photo of the large {}.', 'a {} in a video game.', 'art of the {}.', 'a photo of the small {}.',
];
