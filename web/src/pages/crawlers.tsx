// Crawlers.
import { Page } from "../components/page";

export default function Crawlers() {
  return <Page title="Crawlers">{null}</Page>;
}
