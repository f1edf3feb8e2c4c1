// Share.
import { Page } from "../components/page";

export default function Share() {
  return <Page title="Share">{null}</Page>;
}
