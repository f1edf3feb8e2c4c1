// Upload.
import { Page } from "../components/page";

export default function Upload() {
  return <Page title="Upload">{null}</Page>;
}
