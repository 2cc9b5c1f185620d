/** What may be put into a template: a text, a number, or a list of these. */
export type Formattable = string | number | ArrayLike<string | number>;

/**
 * A template with its `{field}`s filled in: big_vision's `strfmt` (specs/vision-language.md 1.2). No format specifications and no escapes. Lists become `[1 2]`,
 * as TensorFlow writes them; of an Int32Array and the like as well.
 *
 * @throws RangeError for a brace that belongs to no `{field}`, and for a field that is not there
 */
export function formatText(template: string, fields: Readonly<Record<string, unknown>>): string {
  return templateParts(template)
    .map(({ text, field }) => {
      if (field === undefined) return text;
      if (!Object.hasOwn(fields, field)) throw new RangeError(`the template ${JSON.stringify(template)} wants the field ${field}`);
      return written(fields[field], field);
    })
    .join('');
}

/** A template as texts and the names of fields, in order. @throws RangeError for a brace that belongs to no `{field}` */
export function templateParts(template: string): readonly { readonly text: string; readonly field?: string }[] {
  return template.split(/(\{\w+\})/).map((part, place) => {
    if (place % 2 === 1) return { text: '', field: part.slice(1, -1) };
    if (/[{}]/.test(part)) throw new RangeError(`the template ${JSON.stringify(template)} has a brace that belongs to no {field}`);
    return { text: part };
  });
}

function written(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return `[${Array.from(value as ArrayLike<unknown>, (entry) => written(entry, field)).join(' ')}]`;
  }
  throw new RangeError(`the field ${field} is no text, number or list of these, got ${value === null ? 'null' : typeof value}`);
}
