// Compare.
import { Page } from "../components/page";

export default function Compare() {
  return <Page title="Compare">{null}</Page>;
}
