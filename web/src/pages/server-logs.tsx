// Server Logs.
import { Page } from "../components/page";

export default function ServerLogs() {
  return <Page title="Server Logs">{null}</Page>;
}
