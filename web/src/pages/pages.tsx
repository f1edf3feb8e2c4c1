// Our Pages.
import { Page } from "../components/page";

export default function Pages() {
  return <Page title="Our Pages">{null}</Page>;
}
