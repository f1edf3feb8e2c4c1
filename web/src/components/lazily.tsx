// Components whose code comes when they are first shown. What React's own lazy() has waited for it shows no sooner
// than 300 ms after the placeholder; these are shown as soon as they are here.
import { createElement, type ReactNode, useEffect, useState } from "react";

interface ComponentModule<Props> {
  default: (props: Props) => ReactNode;
}

interface Arrival<Props> {
  module?: ComponentModule<Props> | undefined;
  error?: unknown;
}

/** Give a component that shows the placeholder until it is loaded, and what loads it sooner. */
export function lazily<Props extends object, Others>(
  load: () => Promise<ComponentModule<Props> & Others>,
  placeholder: ReactNode,
) {
  let loaded: (ComponentModule<Props> & Others) | undefined;
  const remember = async () => (loaded ??= await load());
  function Lazily(props: Props) {
    const [{ module, error }, setArrival] = useState<Arrival<Props>>(() => ({ module: loaded }));
    useEffect(() => {
      if (module) return;
      remember().then(
        (arrived) => setArrival({ module: arrived }),
        (reason: unknown) => setArrival({ error: reason }),
      );
    }, [module]);
    if (error) throw error;
    return module ? createElement(module.default, props) : placeholder;
  }
  return Object.assign(Lazily, { load: remember });
}
