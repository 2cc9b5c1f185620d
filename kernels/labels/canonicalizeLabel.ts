/**
 * A text label in OWL-ViT's standard form (scenic `CanonicalizeTextLabels`): lower-case a-z and digits, single spaces and dashes, and `#` at the
 * start alone, where it marks a label that takes no prompt template.
 *
 *   canonicalizeLabel('first-aid_kit') // first-aid kit
 *   canonicalizeLabel('café au lait')  // caf au lait
 *
 * The rule works on bytes: only A-Z are lowered, and every other letter becomes a space.
 */
export function canonicalizeLabel(label: string): string {
  return label
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase()) // toLowerCase of it all would make `k` of the Kelvin sign
    .replace(/[^a-z0-9#-]+/g, ' ')
    .replace(/-+/g, '-')
    .replace(/^ | $/g, '')
    .replace(/(?<!^)#+/g, ''); // last: `a # b` keeps two spaces, as in the original
}
