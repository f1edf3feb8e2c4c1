// What is shown, as a CSV file.
import { type CsvValue, downloadCsv } from "../csv";

export interface CsvButtonProps {
  /** Of the file. */
  name: string;
  header: string[];
  /** Made when they are asked for. */
  rows: () => CsvValue[][];
  disabled?: boolean;
}

export function CsvButton({ name, header, rows, disabled = false }: CsvButtonProps) {
  return (
    <button
      type="button"
      className="button button-plain button-small"
      disabled={disabled}
      onClick={() => downloadCsv(name, header, rows())}
    >
      CSV
    </button>
  );
}
