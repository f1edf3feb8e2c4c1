// Join.
import { Page } from "../components/page";

export default function Join() {
  return <Page title="Join">{null}</Page>;
}
