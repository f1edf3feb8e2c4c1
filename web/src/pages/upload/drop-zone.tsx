// Where files are dropped or chosen.
import { type DragEvent, useRef, useState } from "react";

export interface DropZoneProps {
  disabled: boolean;
  onFiles: (files: File[]) => void;
}

export function DropZone({ disabled, onFiles }: DropZoneProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null) => {
    if (!disabled && files?.length) onFiles([...files]);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div
      className="drop-zone"
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!disabled);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p>Drop log files here, or</p>
      <button
        type="button"
        className="button button-primary"
        disabled={disabled}
        onClick={() => chooser.current?.click()}
      >
        Choose files
      </button>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-label="Log files"
        onChange={(event) => {
          take(event.target.files);
          // So that the same file can be chosen again.
          event.target.value = "";
        }}
      />
      <p className="muted">Plain, gzip, zstd or bzip2. A file that has grown since the last time adds only what is new.</p>
    </div>
  );
}
