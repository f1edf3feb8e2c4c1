// Tables as CSV (RFC 4180).

export type CsvValue = string | number | null | undefined;

/** Write a header and rows; lines end in CRLF. */
export function formatCsv(header: string[], rows: CsvValue[][]): string {
  return [header, ...rows].map((row) => `${row.map(escapeCsv).join(",")}\r\n`).join("");
}

/** Quote what needs it. Paths and user agents come from strangers: what a spreadsheet would run gets a quote. */
function escapeCsv(value: CsvValue): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hand the reader a file. */
export function download(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function downloadCsv(name: string, header: string[], rows: CsvValue[][]): void {
  // The mark makes Excel read UTF-8.
  download(`${name}.csv`, new Blob(["\uFEFF", formatCsv(header, rows)], { type: "text/csv;charset=utf-8" }));
}
