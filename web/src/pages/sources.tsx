// Sources.
import { Page } from "../components/page";

export default function Sources() {
  return <Page title="Sources">{null}</Page>;
}
