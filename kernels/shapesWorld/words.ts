/** The ten colour names and their RGB before the jitter (SHAPES_WORLD section 3). */
export const colours = {
  red: [220, 40, 40],
  green: [40, 160, 60],
  blue: [40, 80, 220],
  yellow: [240, 210, 40],
  orange: [245, 140, 30],
  purple: [140, 60, 180],
  pink: [245, 130, 190],
  cyan: [50, 200, 220],
  brown: [130, 80, 40],
  black: [30, 30, 30],
} as const;

export type ColourName = keyof typeof colours;
export const colourNames = Object.keys(colours) as readonly ColourName[];

/** Diameter divided by the long side of the canvas, lowest and highest, and how often a size is drawn (sections 4 and 1). */
export const sizes = {
  small: { diameter: [0.16, 0.23], probability: 0.4 },
  medium: { diameter: [0.27, 0.36], probability: 0.4 },
  large: { diameter: [0.42, 0.58], probability: 0.2 },
} as const;

export type SizeName = keyof typeof sizes;
export const sizeNames = Object.keys(sizes) as readonly SizeName[];
