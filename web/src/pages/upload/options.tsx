// How files are read: usually found out, named where that fails.
import type { FileOptions } from "../../api/uploads";
import { FORMATS, TEMPLATES } from "./formats";

export interface OptionsProps {
  options: FileOptions;
  onChange: (options: FileOptions) => void;
}

export function Options({ options, onChange }: OptionsProps) {
  const template = TEMPLATES[options.format];
  const set = (part: Partial<FileOptions>) => onChange({ ...options, ...part });
  return (
    <div className="upload-options">
      <label>
        Format
        <select className="select" value={options.format} onChange={(event) => set({ format: event.target.value, template: "" })}>
          <option value="auto">Find out from the first lines</option>
          <optgroup label="By its configuration">
            {Object.entries(TEMPLATES).map(([name, { label }]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </optgroup>
          <optgroup label="Known formats">
            {Object.entries(FORMATS).map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      <label>
        Host
        <input value={options.host} placeholder="www.example.com" onChange={(event) => set({ host: event.target.value })} />
        <small>Of lines that name no host, as those of nginx' and Apache's combined format.</small>
      </label>
      {template && (
        <label className="upload-template">
          {template.directive}
          <textarea
            rows={3}
            required
            value={options.template}
            placeholder={template.example}
            onChange={(event) => set({ template: event.target.value })}
          />
          <small>As it stands in the configuration, with or without the directive's name.</small>
        </label>
      )}
    </div>
  );
}
