/** The 12 shapes of the shapes world (models/tiny-owlv2/SHAPES_WORLD.md, section 2). */
export const SHAPES: readonly string[] = ['circle', 'square', 'triangle', 'star', 'ring', 'cross', 'hexagon', 'ellipse', 'diamond', 'heart', 'arrow', 'crescent'];
