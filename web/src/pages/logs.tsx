// Logs.
import { Page } from "../components/page";

export default function Logs() {
  return <Page title="Logs">{null}</Page>;
}
