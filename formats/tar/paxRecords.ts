/** One `keyword=value` record of a pax header. */
export interface PaxRecord {
  readonly keyword: string;
  readonly value: Uint8Array;
}

const [NUL, NEWLINE, SPACE, EQUALS] = [0x00, 0x0a, 0x20, 0x3d];

/**
 * Take the body of a pax header apart: records of `"%d %s=%s\n"` where the number is the length of the whole record in bytes, itself included
 * (POSIX.1-2017 pax, "pax Extended Header"). A NUL where a record should start ends the body (writers pad with them); a NUL inside a
 * value stays.
 *
 * @returns the records, or the offset in `body` of the first malformed one: guessing there would give a member a wrong name or size.
 */
export function paxRecords(body: Uint8Array): PaxRecord[] | { readonly malformedAt: number } {
  const records: PaxRecord[] = [];
  let at = 0;
  while (at < body.length && body[at] !== NUL) {
    const space = body.indexOf(SPACE, at);
    const digits = space < 0 || space - at > 10 ? '' : Buffer.from(body.subarray(at, space)).toString('latin1');
    const end = /^[0-9]+$/.test(digits) ? at + Number(digits) : NaN;
    const equals = body.indexOf(EQUALS, space + 1);
    if (!(end <= body.length) || equals <= space + 1 || equals >= end - 1 || body[end - 1] !== NEWLINE) return { malformedAt: at };
    records.push({ keyword: Buffer.from(body.subarray(space + 1, equals)).toString('utf8'), value: body.slice(equals + 1, end - 1) });
    at = end;
  }
  return records;
}
