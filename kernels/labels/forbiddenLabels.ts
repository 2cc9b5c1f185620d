import { canonicalizeLabel } from './canonicalizeLabel.js';

/**
 * Whether a label is one of `forbidden` (scenic's `RemoveForbiddenLabels`, specs/detection.md 3): both in standard form, without dashes and without the
 * marker `#`. So `hot-air_balloon` is `hotair balloon`, and `hot air balloon` is another label.
 */
export function forbiddenLabels(forbidden: Iterable<string>): (label: string) => boolean {
  const form = (label: string): string => canonicalizeLabel(label).replace(/^#+/, '').replaceAll('-', '');
  const forms = new Set([...forbidden].map(form));
  return (label) => forms.has(form(label));
}
